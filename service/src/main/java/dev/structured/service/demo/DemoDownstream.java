package dev.structured.service.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.demo.Action.Answer;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One of the demo shop's services.
///
/// @param name the name in configuration files and on command lines
/// @param part the part of a page that it serves; the `chaos` parameter accepts this name too
/// @param answers the answer to each request, before chaos
record DemoDownstream(String name, String part, Function<Request, Answer> answers) {
    static final List<DemoDownstream> ALL = List.of(
            ofProduct("catalog", "product", "/products/", DemoData::product),
            ofProduct("pricing", "price", "/prices/SKU-", DemoData::price),
            ofProduct("stock", "stock", "/stock/", DemoData::stock),
            ofProduct("reviews", "reviews", "/reviews/", DemoData::reviews),
            ofProduct("recommendations", "recommendations", "/recommendations/", DemoData::recommendations),
            new DemoDownstream("users", "user", new Shelf("/users/", "user", DemoData.USERS, DemoData::user)),
            new DemoDownstream("orders", "orders", new Orders()),
            new DemoDownstream("north", "north", new Offers("north", 0)),
            new DemoDownstream("south", "south", new Offers("south", -5)),
            new DemoDownstream("east", "east", new Offers("east", 12)),
            ofProduct("pricing-2", "price", "/prices/SKU-", DemoData::price),
            ofProduct("pricing-3", "price", "/prices/SKU-", DemoData::price));

    private static DemoDownstream ofProduct(String name, String part, String prefix,
            IntFunction<JsonNode> data) {
        return new DemoDownstream(name, part, new Shelf(prefix, "product", DemoData.PRODUCTS, data));
    }

    /// Returns the downstream with this name or part, the first one if there are replicas; null if there is
    /// none.
    static @Nullable DemoDownstream find(String name) {
        for (DemoDownstream each : ALL) {
            if (each.name.equals(name) || each.part.equals(name)) return each;
        }
        return null;
    }

    static String partNames() {
        return ALL.stream().map(DemoDownstream::part).distinct().collect(Collectors.joining(", "));
    }

    /// Returns the action for a request, with its `chaos` parameter applied.
    ///
    /// @throws IllegalArgumentException if the parameter is invalid; the message is for the user
    Action answer(Request request) {
        if (request.path().equals("/health")) return json(200, "status", "UP");
        return Chaos.apply(request.query("chaos"), this, answers.apply(request));
    }

    static Answer error(int status, String message) {
        return json(status, "message", message);
    }

    static Answer json(int status, String field, String value) {
        return Answer.json(status, JsonNodeFactory.instance.objectNode().put(field, value).toString());
    }
}
