package dev.structured.service.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The products and users of the demo shop: invented, and the same on every machine. There are products 1 to
/// [#PRODUCTS] and users 1 to [#USERS].
final class DemoData {
    static final int PRODUCTS = 99;
    static final int USERS = 99;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final Map<Integer, String> FAMOUS = Map.of(
            1, "The First Umbrella",
            7, "Lucky Kettle",
            13, "Umbrella for Indoor Use",
            42, "Towel of a Seasoned Hitchhiker",
            99, "The Last Balloon");
    private static final List<String> MAKES = List.of("Walnut", "Brass", "Linen", "Copper", "Slate", "Cork",
            "Wool");
    private static final List<String> THINGS = List.of("Desk Lamp", "Teapot", "Bookend", "Picnic Blanket",
            "Pepper Mill",
            "Wall Clock", "Watering Can", "Notebook", "Candle Holder", "Door Mat", "Coat Hook");
    private static final List<String> CATEGORIES = List.of("home", "kitchen", "garden", "office");
    private static final List<String> WAREHOUSES = List.of("Aarhus", "Brno", "Cork");
    private static final List<String> AUTHORS = List.of("Ada", "Björn", "Chloé", "Dmitri", "Ece", "Fatima",
            "Goran");
    private static final List<String> TIERS = List.of("gold", "standard", "guest");
    private static final List<String> OPINIONS = List.of("Does what it says.",
            "Smaller than I thought, better too.",
            "Arrived in one piece, which is more than I can say.", "A present for my mother. She kept it.",
            "Third one I have bought.", "Looks nicer than in the picture.");

    private DemoData() {}

    static String sku(int id) {
        return String.format(Locale.ROOT, "SKU-%04d", id);
    }

    static JsonNode product(int id) {
        return JSON.objectNode()
                .put("id", id)
                .put("sku", sku(id))
                .put("name", name(id))
                .put("category", pick(CATEGORIES, id));
    }

    static JsonNode price(int id) {
        return JSON.objectNode()
                .put("sku", sku(id))
                .put("amount", amount(id))
                .put("currency", "EUR");
    }

    static BigDecimal amount(int id) {
        return BigDecimal.valueOf(495 + id * 1_370L % 9_000, 2);
    }

    static JsonNode stock(int id) {
        return JSON.objectNode()
                .put("productId", id)
                .put("available", id * 7 % 40)
                .put("warehouse", pick(WAREHOUSES, id));
    }

    static JsonNode reviews(int id) {
        ArrayNode reviews = JSON.arrayNode();
        for (int i = 0; i < 1 + id % 3; i++) {
            ObjectNode review = reviews.addObject();
            review.put("author", pick(AUTHORS, id + i));
            review.put("stars", 3 + (id + i) % 3);
            review.put("text", pick(OPINIONS, id * 5 + i));
        }
        return reviews;
    }

    static JsonNode recommendations(int id) {
        ArrayNode others = JSON.arrayNode();
        for (int i = 1; i <= 3; i++) {
            int other = 1 + (id + i * 17 - 1) % PRODUCTS;
            others.addObject().put("id", other).put("name", name(other));
        }
        return others;
    }

    static JsonNode user(int id) {
        ObjectNode user = JSON.objectNode()
                .put("id", id)
                .put("name", pick(AUTHORS, id))
                .put("email", "user" + id + "@example.com")
                .put("tier", pick(TIERS, id));
        user.putObject("address").put("city", pick(WAREHOUSES, id)).put("street", id + " High Street");
        ArrayNode wishes = user.putArray("wishes");
        for (int i = 0; i < id % 4; i++) wishes.add(1 + (id * 23 + i * 31) % PRODUCTS);
        return user;
    }

    static String name(int id) {
        return FAMOUS.getOrDefault(id, pick(MAKES, id) + " " + pick(THINGS, id));
    }

    private static String pick(List<String> list, int number) {
        return list.get(number % list.size());
    }
}
