package dev.structured.service.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.demo.Action.Answer;
import java.util.List;
import java.util.function.Function;

/// The orders of the demo shop: `GET /orders?user=1&limit=5`, and `POST /orders` to place one.
///
/// The number of an order is computed from its content, so that sending an order twice places it once.
final class Orders implements Function<Request, Answer> {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final JsonMapper READER = new JsonMapper();
    private static final List<String> STATES = List.of("delivered", "on its way", "packed");
    private static final int DEFAULT_LIMIT = 10;

    @Override
    public Answer apply(Request request) {
        boolean here = request.path().equals("/orders");
        if (here && request.method().equals("POST")) return placed(request.body());
        if (!request.method().equals("GET")) {
            return DemoDownstream.error(405, "only GET is answered here, and POST for /orders");
        }
        return here ? list(request) : DemoDownstream.error(404, "there is nothing here but /orders");
    }

    private static Answer list(Request request) {
        int user = Shelf.number(only(request, "user", "0"));
        int limit = Shelf.number(only(request, "limit", Integer.toString(DEFAULT_LIMIT)));
        if (user < 1 || user > DemoData.USERS) {
            return DemoDownstream.error(404, "there are no orders of such a user");
        }
        int count = user * 2 % 5;
        ObjectNode orders = JSON.objectNode().put("total", count);
        ArrayNode items = orders.putArray("items");
        for (int i = 0; i < Math.min(count, limit); i++) {
            items.add(order(user, 1 + (user * 41 + i * 29 - 1) % DemoData.PRODUCTS, 1 + i % 2)
                    .put("status", STATES.get(i % STATES.size())));
        }
        return Answer.json(200, orders.toString());
    }

    private static String only(Request request, String name, String other) {
        List<String> values = request.query(name);
        return values.isEmpty() ? other : values.getFirst();
    }

    private static Answer placed(String body) {
        try {
            JsonNode wanted = READER.readTree(body);
            int user = wanted.path("user").asInt();
            int product = wanted.path("productId").asInt();
            int quantity = wanted.path("quantity").asInt();
            if (user < 1 || product < 1 || quantity < 1) {
                return DemoDownstream.error(422, "an order needs the numbers user, productId and quantity");
            }
            return Answer.json(201, order(user, product, quantity).put("status", "accepted").toString());
        } catch (JsonProcessingException e) {
            return DemoDownstream.error(400, "the body is not JSON");
        }
    }

    private static ObjectNode order(int user, int product, int quantity) {
        return JSON.objectNode().put("id", user * 10_000 + product * 100 + quantity)
                .put("productId", product).put("quantity", quantity);
    }
}
