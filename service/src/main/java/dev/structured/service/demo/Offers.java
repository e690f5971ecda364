package dev.structured.service.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.demo.Action.Answer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// The offers of one of three shops: `GET /search?q=lamp&limit=5`. All sell the same products, each at its
/// own price.
final class Offers implements Function<Request, Answer> {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int DEFAULT_LIMIT = 10;

    private final String shop;
    private final int markup;

    /// @param markup in percent
    Offers(String shop, int markup) {
        this.shop = shop;
        this.markup = markup;
    }

    @Override
    public Answer apply(Request request) {
        if (!request.method().equals("GET")) return DemoDownstream.error(405, "only GET is answered here");
        if (!request.path().equals("/search")) {
            return DemoDownstream.error(404, "there is nothing here but /search");
        }
        List<String> words = request.query("q");
        if (words.isEmpty() || words.getFirst().isBlank()) {
            return DemoDownstream.error(400, "what is searched for? add ?q=lamp");
        }
        List<String> limits = request.query("limit");
        int limit = limits.isEmpty() ? DEFAULT_LIMIT : Shelf.number(limits.getFirst());
        return Answer.json(200, found(words.getFirst().toLowerCase(Locale.ROOT), limit).toString());
    }

    private ObjectNode found(String word, int limit) {
        ObjectNode found = JSON.objectNode().put("shop", shop);
        ArrayNode items = found.putArray("items");
        int total = 0;
        for (int id = 1; id <= DemoData.PRODUCTS; id++) {
            if (!DemoData.name(id).toLowerCase(Locale.ROOT).contains(word)) continue;
            if (total++ < limit) items.add(offer(id));
        }
        return found.put("total", total);
    }

    private ObjectNode offer(int id) {
        BigDecimal amount = DemoData.amount(id).multiply(BigDecimal.valueOf(100L + markup, 2));
        return JSON.objectNode()
                .put("shop", shop)
                .put("sku", DemoData.sku(id))
                .put("title", DemoData.name(id))
                .put("amount", amount.setScale(2, RoundingMode.HALF_UP))
                .put("internalScore", id * 31 % 100);
    }
}
