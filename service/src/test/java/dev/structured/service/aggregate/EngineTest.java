package dev.structured.service.aggregate;

import static dev.structured.service.aggregate.Downstreams.after;
import static dev.structured.service.aggregate.Downstreams.answers;
import static dev.structured.service.aggregate.Downstreams.hangs;
import static dev.structured.service.aggregate.Downstreams.json;
import static dev.structured.service.aggregate.Downstreams.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.aggregate.PartFailure.Instead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How parts are asked for and what the page takes of their answers, as a file says it.
final class EngineTest {

    @Nested
    final class A_value extends EngineFixture {
        private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

        private Downstream keeps() {
            return call -> {
                calls.add(call);
                return new Reply(200, json("{}"));
            };
        }

        @Test
        void keeps_its_type_in_a_body() {
            downstreams.on("user", answers("{\"id\":7,\"tags\":[\"a\",\"b\"],\"manager\":null,\"ok\":true}"))
                    .on("mail", keeps());

            page("""
                    user: {from: user, path: /u}
                    mail:
                      from: mail
                      method: POST
                      path: /mails
                      body: {to: '${user.id}', tags: '${user.tags}', boss: '${user.manager}', second: \
                    '${user.tags.1}',
                             text: 'Hello ${user.id}, ${user.ok}', fixed: [1, 2.5, null, x]}
                    """);

            assertEquals(json("""
                    {"to":7,"tags":["a","b"],"boss":null,"second":"b","text":"Hello 7, true",
                     "fixed":[1,2.5,null,"x"]}""").toString(), String.valueOf(calls.getFirst().body()));
            assertEquals(false, calls.getFirst().mayRetry());
        }

        @Test
        void that_is_absent_fails_its_part_and_asks_nobody() {
            downstreams.on("user", answers("{}")).on("mail", answers("1"));

            PartFailure failure = onlyMissing(page("""
                    user: {from: user, path: /u}
                    mail: {from: mail, method: POST, path: /mails, body: {to: '${user.id}'}}
                    """));

            assertEquals(new PartFailure("mail", "mail", ErrorType.MISSING_VALUE, null,
                    "${user.id} is missing"), failure);
            assertEquals(List.of("user GET /u"), downstreams.calls());
        }

        @Test
        void goes_into_query_and_headers_and_is_left_out_there_when_it_is_absent() {
            downstreams.on("user", answers("{\"name\":\"a b\"}")).on("x", keeps());

            page("""
                    user: {from: user, path: /u}
                    x:
                      from: x
                      path: /x
                      query: {name: '${user.name}', none: '${user.none}', fixed: 1, mixed: 'n-${user.name}'}
                      headers: {X-Name: '${user.name}', X-None: '${user.none}', X-Request: '${request.id}'}
                    """);

            assertEquals("/x?name=a%20b&fixed=1&mixed=n-a%20b", calls.getFirst().path());
            assertEquals(Map.of("x-name", "a b", "x-request", "-"), calls.getFirst().headers());
        }

        @Test
        void with_a_line_break_never_gets_into_a_header() {
            downstreams.on("user", answers("{\"name\":\"a\\r\\nX-Evil: 1\"}")).on("x", answers("1"));

            assertEquals(ErrorType.MISSING_VALUE, onlyMissing(page("""
                    user: {from: user, path: /u}
                    x: {from: x, path: /x, headers: {X-Name: '${user.name}'}}
                    """)).type());
            assertEquals(1, downstreams.calls().size());
        }

        @Test
        void of_a_client_s_header_is_passed_on_only_where_it_is_listed() {
            downstreams.on("x", keeps()).on("y", keeps());

            page(route("""
                    x: {from: x, path: /x, requestHeaders: [Accept-Language]}
                    y: {from: y, path: /y}
                    """), new PageRequest("r-1", Map.of("id", "42"), Map.of(),
                    Map.of("accept-language", "de"), null, null));

            assertEquals(List.of(Map.of("accept-language", "de"), Map.of()), calls.stream()
                    .sorted((a, b) -> a.path().compareTo(b.path())).map(Call::headers).toList());
        }

        @Test
        void is_a_key_that_lets_a_post_be_repeated() {
            downstreams.on("x", keeps());

            page("x: {from: x, method: POST, path: /x, body: {}, idempotencyKey: '${request.id}-x', "
                    + "hedge: false}");

            assertEquals(Map.of("idempotency-key", "--x"), calls.getFirst().headers());
            assertEquals(List.of(true, false),
                    List.of(calls.getFirst().mayRetry(), calls.getFirst().mayHedge()));
        }
    }

    @Nested
    final class A_condition extends EngineFixture {

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                ${user.premium}          | {"premium":true}    | true
                ${user.premium}          | {"premium":false}   | false
                ${user.premium}          | {}                  | false
                ${user.premium}          | {"premium":"x"}     | true
                ${user.premium}          | {"premium":[]}      | false
                not ${user.premium}      | {}                  | true
                not ${user.premium}      | {"premium":1}       | false
                ${user.tier} == gold     | {"tier":"gold"}     | true
                ${user.tier} == 'gold'   | {"tier":"gold"}     | true
                ${user.tier} == gold     | {"tier":"lead"}     | false
                ${user.tier} != gold     | {"tier":"lead"}     | true
                ${user.tier} != gold     | {}                  | true
                ${user.orders} > 3       | {"orders":4}        | true
                ${user.orders} > 3       | {"orders":3.0}      | false
                ${user.orders} >= 3      | {"orders":3.0}      | true
                ${user.orders} < 3       | {"orders":"2"}      | false
                ${user.orders} <= 3      | {"orders":3}        | true
                ${user.orders} == 3      | {"orders":3.0}      | true
                ${user.gone} == null     | {"gone":null}       | true
                ${user.gone} == null     | {}                  | false
                ${id} == 42              | {}                  | true
                """)
        void decides_whether_a_part_is_asked_for(String condition, String user, boolean asked) {
            downstreams.on("user", answers(user)).on("x", answers("1"));

            Outcome.Complete page = assertInstanceOf(Outcome.Complete.class, page("""
                    user: {from: user, path: /u, show: false}
                    x: {from: x, path: /x, needs: [user], when: ["%s"]}
                    """.formatted(condition)));

            assertEquals(asked ? "{\"x\":1}" : "{}", page.page().toString());
            assertEquals(asked, downstreams.calls().contains("x GET /x"));
        }

        @Test
        void that_does_not_hold_leaves_out_those_too_that_need_the_part_and_nothing_is_missing() {
            downstreams.on("x", answers("{\"v\":1}")).on("y", answers("2")).on("z", answers("3"));

            assertComplete("{\"z\":3}", page("""
                    x: {from: x, path: /x, when: ["${id} == 1"], required: true}
                    y: {from: y, path: '/y/${x.v}', required: true}
                    z: {from: z, path: /z, when: ["not ${x.v}"]}
                    """));
            assertEquals("not_asked 0", ended.get("y"));
        }
    }

    @Nested
    final class A_fixed_part extends EngineFixture {

        @Test
        void is_in_the_page_and_can_be_used_by_others() {
            downstreams.on("x", answers("1"));

            assertComplete("{\"banner\":{\"v\":7,\"text\":\"no\"},\"x\":1}", page("""
                    banner: {value: {v: 7, text: 'no'}}
                    x: {from: x, path: '/x/${banner.v}'}
                    """));
            assertEquals(List.of("x GET /x/7"), downstreams.calls());
        }
    }

    @Nested
    final class A_decimal extends EngineFixture {

        @Test
        void looks_the_same_in_a_path_a_query_and_the_page() throws Exception {
            JsonNode small = StrictJson.read("{\"a\":0.0000001,\"b\":1E5}".getBytes(StandardCharsets.UTF_8));
            downstreams.on("s", _ -> new Reply(200, small));
            downstreams.on("e", answers("1"));

            Outcome outcome = page("""
                    s: {from: s, path: /raw/small}
                    e: {from: e, path: '/echo/${s.a}', query: {v: '${s.b}'}}
                    """);

            assertEquals("{\"s\":{\"a\":0.0000001,\"b\":100000},\"e\":1}",
                    assertInstanceOf(Outcome.Complete.class, outcome).page().toString());
            assertEquals(List.of("s GET /raw/small", "e GET /echo/0.0000001?v=100000"), downstreams.calls());
        }
    }

    @Nested
    final class A_list extends EngineFixture {
        private static final String ORDERS = """
                user: {from: user, path: /u, show: false, required: true}
                orders: {from: orders, path: '/o/${item.n}', each: '${user.orders}', atOnce: 2, %s}
                """;

        private Downstream byPath(Map<String, Downstream> scripts) {
            return call -> {
                Downstream script = scripts.get(call.path());
                return script == null ? new Reply(200, json("\"" + call.path() + "\"")) : script.call(call);
            };
        }

        private void user(int... numbers) {
            List<String> orders = new ArrayList<>();
            for (int number : numbers) orders.add("{\"n\":" + number + "}");
            downstreams.on("user", answers("{\"orders\":[" + String.join(",", orders) + "]}"));
        }

        @Test
        void is_asked_for_element_by_element_in_order_and_some_at_a_time() {
            user(1, 2, 3, 4, 5);
            AtomicInteger most = new AtomicInteger();
            downstreams.on("orders", call -> {
                most.accumulateAndGet(downstreams.running(), Math::max);
                return after(call.path().equals("/o/1") ? 50 : 10, byPath(Map.of())).call(call);
            });

            assertComplete("{\"orders\":[\"/o/1\",\"/o/2\",\"/o/3\",\"/o/4\",\"/o/5\"]}",
                    page(ORDERS.formatted("budget: 500ms")));
            assertEquals(2, most.get());
        }

        @Test
        void may_be_empty() {
            user();
            downstreams.on("orders", answers("1"));

            assertComplete("{\"orders\":[]}", page(ORDERS.formatted("required: true")));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                onElementFailure: null | ["/o/1",null,"/o/3"]
                onElementFailure: omit | ["/o/1","/o/3"]
                """)
        void goes_on_without_an_element_and_says_so(String key, String orders) {
            user(1, 2, 3);
            downstreams.on("orders", byPath(Map.of("/o/2", status(503))));

            PartFailure missing = onlyMissing(page(ORDERS.formatted(key)));

            assertEquals(ErrorType.ELEMENTS_MISSING, missing.type());
            assertEquals(Instead.REST, missing.instead());
            assertEquals("1 of 3 elements are missing; the first: the downstream answered with status 503",
                    missing.detail());
            assertEquals("partial 0", ended.get("orders"));
            Outcome.Partial page = (Outcome.Partial) page(ORDERS.formatted(key));
            assertEquals(orders, page.page().get("orders").toString());
        }

        @Test
        void fails_with_its_first_element_where_all_are_needed_and_stops_the_others() {
            user(1, 2, 3, 4);
            downstreams.on("orders", byPath(Map.of("/o/1", hangs(), "/o/2", after(20, status(404)))));

            PartFailure failure = failure(page(ORDERS.formatted("onElementFailure: fail, required: true")));

            assertEquals(ErrorType.NOT_FOUND, failure.type());
            assertTime(20);
        }

        @Test
        void that_is_too_long_fails() {
            user(1, 2, 3);
            downstreams.on("orders", answers("1"));

            assertEquals("${user.orders} has 3 elements; at most 2 are asked for",
                    onlyMissing(page(ORDERS.formatted("atMost: 2"))).detail());
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                {}               | MISSING_VALUE   | ${user.orders} is missing
                {"orders":null}  | MISSING_VALUE   | ${user.orders} is null
                {"orders":5}     | MISSING_VALUE   | ${user.orders} is not a list
                """)
        void that_is_none_fails(String user, ErrorType type, String detail) {
            downstreams.on("user", answers(user)).on("orders", answers("1"));

            PartFailure failure = onlyMissing(page(ORDERS.formatted("atMost: 2")));

            assertEquals(type, failure.type());
            assertEquals(detail, failure.detail());
        }

        @Test
        void of_lists_can_become_one() {
            user(1, 2);
            downstreams.on("orders", byPath(Map.of("/o/1", answers("[1,2]"), "/o/2", answers("[3]"))));

            assertComplete("{\"orders\":[1,2,3]}", page(ORDERS.formatted("flatten: true")));
        }
    }

    @Nested
    final class The_shape_of_a_part extends EngineFixture {
        private static final String ANSWER = """
                {"data":{"id":1,"secret":2,"price":{"amount":3,"cost":4},"list":[{"a":1,"b":2},{"a":3}]}}""";

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                target: data.price                                | {"x":{"amount":3,"cost":4}}
                target: data, allow: [id, price.amount]           | {"x":{"id":1,"price":{"amount":3}}}
                target: data, deny: [secret, price.cost, list]    | {"x":{"id":1,"price":{"amount":3}}}
                target: data.list, allow: [a]                     | {"x":[{"a":1},{"a":3}]}
                target: data.list, deny: [a]                      | {"x":[{"b":2},{}]}
                target: data.list, rename: {a: z}                 | {"x":[{"b":2,"z":1},{"z":3}]}
                target: data, allow: [id, price], rename: {id: n} | {"x":{"price":{"amount":3,"cost":4},"n":1}}
                target: data.id, as: n                            | {"n":1}
                target: data.id, group: g                         | {"g":{"x":1}}
                target: data.id, group: g, as: n                  | {"g":{"n":1}}
                target: data, allow: [id], merge: true            | {"id":1}
                """)
        void is_what_the_file_says(String keys, String page) {
            downstreams.on("x", answers(ANSWER));

            assertComplete(page, page("x: {from: x, path: /x, " + keys + "}"));
        }

        @Test
        void is_not_what_other_parts_see() {
            downstreams.on("x", answers(ANSWER)).on("y", answers("1"));

            page("""
                    x: {from: x, path: /x, target: data, allow: [id]}
                    y: {from: y, path: '/y/${x.secret}'}
                    """);

            assertEquals("y GET /y/2", downstreams.calls().getLast());
        }

        @Test
        void has_those_headers_of_its_answer_that_the_file_names_and_no_others() {
            downstreams.on("x", call -> new Reply(200, json("1"), Map.of("x-a", "1", "retry-after", "3"),
                    Freshness.UNKNOWN));

            assertEquals(Map.of("x-a", "1"), assertInstanceOf(Outcome.Complete.class,
                    page("x: {from: x, path: /x, responseHeaders: [x-a]}")).headers());
            assertEquals(Map.of(), assertInstanceOf(Outcome.Complete.class,
                    page("x: {from: x, path: /x}")).headers());
        }

        @Test
        void leaves_the_answer_as_it_was() {
            JsonNode answer = json(ANSWER);
            downstreams.on("x", call -> new Reply(200, answer));

            page("x: {from: x, path: /x, target: data, allow: [id, list.a], rename: {id: n}, merge: true}");

            assertEquals(json(ANSWER), answer);
        }

        @Test
        void must_be_there() {
            downstreams.on("x", answers("{\"data\":1}"));

            PartFailure failure = onlyMissing(page("x: {from: x, path: /x, target: data.items}"));

            assertEquals(ErrorType.UNUSABLE_ANSWER, failure.type());
            assertEquals("the answer has no field 'data.items'", failure.detail());
        }

        @Test
        void of_a_merged_part_must_be_an_object() {
            downstreams.on("x", answers("[1]"));

            assertEquals(
                    "{\"missing\":{\"x\":{\"reason\":\"unusable_answer\",\"detail\":\"the answer is not "
                            + "an object, "
                            + "so its fields cannot be merged into the page\"}}}",
                    ((Outcome.Partial) page("x: {from: x, path: /x, allow: [a], merge: true}")).page()
                            .toString());
        }
    }
}
