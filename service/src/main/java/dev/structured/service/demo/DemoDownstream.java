package dev.structured.service.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.demo.Action.Answer;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One of the demo shop's services: which paths it answers, and with what.
///
/// @param name its name in configuration files and on command lines
/// @param part the part of a page that it fills
/// @param prefix what its paths begin with; an id or SKU follows
/// @param answers by id, beginning with product 1
record DemoDownstream(String name, String part, String prefix, List<Answer> answers) {
    static final List<DemoDownstream> ALL = List.of(
            of("catalog", "product", "/products/", DemoData::product),
            of("pricing", "price", "/prices/", DemoData::price),
            of("stock", "stock", "/stock/", DemoData::stock),
            of("reviews", "reviews", "/reviews/", DemoData::reviews),
            of("recommendations", "recommendations", "/recommendations/", DemoData::recommendations));

    private static final String SKU = "SKU-";

    private static DemoDownstream of(String name, String part, String prefix, IntFunction<JsonNode> data) {
        List<Answer> answers = IntStream.rangeClosed(1, DemoData.PRODUCTS)
                .mapToObj(id -> Answer.json(200, data.apply(id).toString()))
                .toList();
        return new DemoDownstream(name, part, prefix, answers);
    }

    /// Returns the downstream that goes by this name, or that fills the part of this name; null if there is
    /// none.
    static @Nullable DemoDownstream find(String name) {
        for (DemoDownstream each : ALL) {
            if (each.name.equals(name) || each.part.equals(name)) return each;
        }
        return null;
    }

    static String partNames() {
        return ALL.stream().map(DemoDownstream::part).collect(Collectors.joining(", "));
    }

    /// Answers a request. The script of a [DemoServer].
    Action answer(Request request) {
        if (request.path().equals("/health")) return Answer.json(200, "{\"status\":\"UP\"}");
        if (!request.method().equals("GET")) return error(405, "only GET is answered here");
        try {
            return Chaos.apply(request.query("chaos"), this, plainAnswer(request.path()));
        } catch (IllegalArgumentException e) {
            return error(400, String.valueOf(e.getMessage()));
        }
    }

    private Answer plainAnswer(String path) {
        if (!path.startsWith(prefix)) return error(404, "there is nothing here but " + prefix + "...");
        int id = id(path.substring(prefix.length()));
        return id == 0 ? error(404, "there is no such product") : answers.get(id - 1);
    }

    /// Returns 0 when there is no such product.
    private int id(String text) {
        boolean bySku = name.equals("pricing");
        if (bySku && !text.startsWith(SKU)) return 0;
        String digits = bySku ? text.substring(SKU.length()) : text;
        if (!digits.matches("\\d{1,4}")) return 0;
        int id = Integer.parseInt(digits);
        return id > DemoData.PRODUCTS ? 0 : id;
    }

    static Answer error(int status, String message) {
        return Answer.json(status, JsonNodeFactory.instance.objectNode().put("message", message).toString());
    }
}
