package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Parameters that are given several times, over sockets.
final class ListsTest {
    private static final String FILE = """
            downstreams: {d: {url: "http://h:1"}}
            routes:
              - path: /find
                deadline: 30s
                params: {tag: array, id: {type: array, items: {type: integer, min: 1}, max: 3}, one: string}
                query: [tag]
                parts: {p: {from: d, path: /find, query: {label: "${tag}", id: "${id}", first: "${tag.0}", \
            mixed: "x-${one}"}, when: "${tag}"}}
              - path: /passed
                deadline: 30s
                query: [tag]
                parts: {p: {from: d, path: /passed}}
              - path: /each
                deadline: 30s
                params: {id: {type: array, items: integer, required: true}}
                parts: {p: {from: d, path: "/items/${item}", each: "${id}"}}
              - path: /sent
                deadline: 30s
                params: {id: {type: array, items: number, default: [7]}, flag: {type: array, items: boolean}}
                parts: {p: {from: d, method: PUT, path: /sent, body: {ids: "${id}", flags: "${flag}"}}}
              - path: /bounds
                deadline: 30s
                params: {color: {type: array, items: {oneOf: [red, blue]}, min: 2}}
                parts: {p: {from: d, path: /bounds, query: {c: "${color}"}}}
              - path: /parts
                deadline: 30s
                parts:
                  user: {from: d, path: /user, required: true}
                  orders: {from: d, path: /orders, query: {id: "${user.orders}", bad: "${user.mixed}"}}
              - path: /body
                method: POST
                deadline: 30s
                body: {fields: {ids: {type: array, items: {type: integer, max: 9}, max: 3}}}
                parts: {p: {from: d, path: /body, query: {id: "${body.ids}"}}}
            """;

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private ServedFile served;

    @BeforeEach
    void start() throws IOException {
        Downstream downstream = call -> {
            calls.add(call);
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.putArray("orders").add(1).add("a b").add(true);
            body.putArray("mixed").add(1).addNull();
            return new Reply(200, body);
        };
        served = new ServedFile(FILE, Map.of("d", downstream));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            /find?tag=a&tag=b&one=1 /find?label=a&label=b&first=a&mixed=x-1
            /find?tag=a&one=1&id=1&id=2 /find?label=a&id=1&id=2&first=a&mixed=x-1
            /find?tag=b&x=1&tag=a&tag=b&one=1 /find?label=b&label=a&label=b&first=b&mixed=x-1
            /find?tag=&tag&one=1 /find?label=&label=&first=&mixed=x-1
            /find?tag=a%26b%3Dc&tag=%C3%A9+%2B&one=1 \
            /find?label=a%26b%3Dc&label=%C3%A9%20%2B&first=a%26b%3Dc&mixed=x-1
            /find?tag=a,b&t%61g=c&one=1 /find?label=a%2Cb&label=c&first=a%2Cb&mixed=x-1
            /find?tag[]=a&one=1 -
            /find -
            /find?tag=a&id=1&id=2&id=3&id=4 400
            /find?tag=a&id=0 400
            /find?tag=a&id=1&id=x 400
            /find?tag=a&one=1&one=2 400
            /find?tag=%ff 400
            /find?tag=%zz 400
            /passed?tag=a&tag=b&tag=a /passed?tag=a&tag=b&tag=a
            /each 400
            /each?id=x 400
            /bounds /bounds
            /bounds?color=red&color=blue /bounds?c=red&c=blue
            /bounds?color=red 400
            /bounds?color=red&color=green 400
            """)
    void repeated_parameter_is_a_list(String target, String expected) throws Exception {
        RawClient.Reply reply = served.ask("GET " + target, "");

        boolean refused = expected.equals("400");
        assertEquals(refused ? 400 : 200, reply.status(), reply.body());
        assertEquals(expected.startsWith("/") ? List.of(expected) : List.of(),
                calls.stream().map(Call::path).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /find?tag=a&id=1&id=2&id=3&id=4 | parameter 'id' is given 4 times; it must be a list of at most 3 elements
            /find?tag=a&id=1&id=x           | element 2 of parameter 'id' must be a whole number, at least 1
            /each                           | parameter 'id' is missing; it must be a list
            /bounds?color=red               | parameter 'color' is given 1 times; it must be a list of 2 to 100 elements
            /bounds?color=red&color=green   | element 2 of parameter 'color' must be one of red, blue
            """)
    void refusal_says_which_element_and_which_rule(String target, String words) throws Exception {
        String body = served.ask("GET " + target, "").body();

        assertTrue(body.contains(words), body);
    }

    @Test
    void list_without_a_limit_has_one() throws Exception {
        assertEquals(200, served.ask("GET /find?one=1" + "&tag=a".repeat(100), "").status());
        RawClient.Reply reply = served.ask("GET /find?one=1" + "&tag=a".repeat(101), "");

        assertEquals(400, reply.status());
        assertTrue(reply.body().contains("is given 101 times; it must be a list of at most 100 elements"),
                reply.body());
    }

    @Test
    void list_has_a_call_for_each_element() throws Exception {
        assertEquals(200, served.ask("GET /each?id=3&id=1&id=3", "").status());

        assertEquals(List.of("/items/1", "/items/3", "/items/3"),
                calls.stream().map(Call::path).sorted().toList());
    }

    @Test
    void list_in_a_body_keeps_the_types_of_its_elements() throws Exception {
        served.ask("GET /sent?id=1&id=2.50&flag=true", "");
        served.ask("GET /sent", "");

        assertEquals(List.of("{\"ids\":[1,2.50],\"flags\":[true]}", "{\"ids\":[7],\"flags\":[]}"),
                calls.stream().map(call -> String.valueOf(call.body())).toList());
    }

    /// What another part answers may be a list too; it is not written if any of its elements cannot be.
    @Test
    void list_of_another_part_is_repeated() throws Exception {
        String body = served.ask("GET /parts", "").body();
        assertTrue(
                body.contains(
                        "${user.mixed} is an array with an element that is not text, a number or a boolean"),
                body);
        assertEquals(List.of("/user"), calls.stream().map(Call::path).toList());
    }

    @Test
    void elements_of_a_body_have_rules() throws Exception {
        String json = "Content-Type: application/json\r\n";

        assertEquals(200, served.send("POST /body", json, "{\"ids\": [1, 9]}").status());
        assertEquals("/body?id=1&id=9", calls.getLast().path());
        RawClient.Reply reply = served.send("POST /body", json, "{\"ids\": [1, 10]}");
        assertEquals(422, reply.status());
        assertTrue(
                reply.body()
                        .contains("element 2 of field 'ids' of the body must be a whole number, at most 9"),
                reply.body());
        assertEquals(422, served.send("POST /body", json, "{\"ids\": [1, [2]]}").status());
        assertEquals(422, served.send("POST /body", json, "{\"ids\": [1, null]}").status());
    }

    @Test
    void query_that_becomes_too_long_is_not_sent() throws Exception {
        String body = served.ask("GET /find?one=1" + ("&tag=" + "%20".repeat(20)).repeat(99), "").body();

        assertTrue(body.contains("bad_parameter"), body);
        assertEquals(List.of(), calls);
    }
}
