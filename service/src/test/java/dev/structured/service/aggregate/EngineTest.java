package dev.structured.service.aggregate;

import static dev.structured.service.aggregate.Downstreams.after;
import static dev.structured.service.aggregate.Downstreams.answers;
import static dev.structured.service.aggregate.Downstreams.fails;
import static dev.structured.service.aggregate.Downstreams.hangs;
import static dev.structured.service.aggregate.Downstreams.json;
import static dev.structured.service.aggregate.Downstreams.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.PartFailure.Instead;
import dev.structured.service.config.RouteConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What routes can say, as a file says it.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class EngineTest {

    abstract static class Fixture extends AggregatorFixture {
        /// Makes the page of `/products/42` whose parts are written as in a file.
        final Outcome page(String parts) {
            return page(route(parts));
        }

        static RouteConfig route(String parts) {
            return routes("- path: /products/{id}\n  deadline: 800ms\n  parts:\n" + parts.indent(4))
                    .getFirst();
        }

        static List<RouteConfig> routes(String yaml) {
            return Parts.routes(yaml);
        }

        /// Makes a page of a client that sent `body`.
        final Outcome page(RouteConfig route, @Nullable String body) {
            return page(route,
                    new PageRequest("r-1", Map.of("id", "42"), Map.of(), Map.of("accept-language", "de"),
                            body == null ? null : json(body), null));
        }

        final BadRequestException refused(RouteConfig route, Map<String, List<String>> query,
                @Nullable String body) {
            PageRequest request = new PageRequest("r-1", Map.of("id", "42"), query, Map.of(),
                    body == null ? null : json(body), null);
            return assertThrows(BadRequestException.class, () -> scheduler.call("GET",
                    () -> aggregator(route).aggregate(route, request, PartSink.NONE)));
        }
    }

    @Nested
    final class A_value extends Fixture {
        private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

        private Backend keeps() {
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
                      body: {to: '${user.id}', tags: '${user.tags}', boss: '${user.manager}', second: '${user.tags.1}',
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
                    "${user.id} is not there"), failure);
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
                    """), (String) null);

            assertEquals(List.of(Map.of("accept-language", "de"), Map.of()), calls.stream()
                    .sorted((a, b) -> a.path().compareTo(b.path())).map(Call::headers).toList());
        }

        @Test
        void is_a_key_that_lets_a_post_be_repeated() {
            downstreams.on("x", keeps());

            page("x: {from: x, method: POST, path: /x, body: {}, idempotencyKey: '${request.id}-x', hedge: false}");

            assertEquals(Map.of("idempotency-key", "--x"), calls.getFirst().headers());
            assertEquals(List.of(true, false),
                    List.of(calls.getFirst().mayRetry(), calls.getFirst().mayHedge()));
        }
    }

    @Nested
    final class A_condition extends Fixture {

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
    final class A_fixed_part extends Fixture {

        @Test
        void is_in_the_page_and_can_be_used_by_others() {
            downstreams.on("x", answers("1"));

            assertComplete("{\"banner\":{\"v\":7,\"text\":\"${no}\"},\"x\":1}", page("""
                    banner: {value: {v: 7, text: '${no}'}}
                    x: {from: x, path: '/x/${banner.v}'}
                    """));
            assertEquals(List.of("x GET /x/7"), downstreams.calls());
        }
    }

    @Nested
    final class A_list extends Fixture {
        private static final String ORDERS = """
                user: {from: user, path: /u, show: false, required: true}
                orders: {from: orders, path: '/o/${item.n}', each: '${user.orders}', atOnce: 2, %s}
                """;

        private Backend byPath(Map<String, Backend> scripts) {
            return call -> {
                Backend script = scripts.get(call.path());
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
                {}               | MISSING_VALUE   | ${user.orders} is not there
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
    final class The_shape_of_a_part extends Fixture {
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
                    "{\"missing\":{\"x\":{\"reason\":\"unusable_answer\",\"detail\":\"the answer is no object, "
                            + "so its fields cannot be merged into the page\"}}}",
                    ((Outcome.Partial) page("x: {from: x, path: /x, allow: [a], merge: true}")).page()
                            .toString());
        }
    }

    @Nested
    final class A_failed_part extends Fixture {

        @Test
        void has_a_fixed_value_in_its_place_which_others_can_use() {
            downstreams.on("x", status(500)).on("y", answers("2"));

            assertPartial("""
                    {"x":{"v":1},"y":2,"missing":{"x":{"reason":"status",
                     "detail":"the downstream answered with status 500","instead":"fallback"}}}""", page("""
                    x: {from: x, path: /x, onFailure: fallback, fallback: {v: 1}}
                    y: {from: y, path: '/y/${x.v}', required: true}
                    """));
            assertEquals("fallback 0", ended.get("x"));
            assertEquals("y GET /y/1", downstreams.calls().getLast());
        }

        @Test
        void has_its_fixed_value_also_when_the_page_ends_without_it() {
            downstreams.on("x", hangs()).on("y", answers("2"));

            Outcome.Partial page = assertInstanceOf(Outcome.Partial.class, page("""
                    x: {from: x, path: /x, onFailure: fallback, fallback: [1]}
                    y: {from: y, path: /y}
                    """));

            assertEquals("[1]", page.page().get("x").toString());
            assertEquals(ErrorType.DEADLINE_EXCEEDED, page.missing().getFirst().type());
            assertTime(800);
        }

        @Test
        void has_its_fixed_value_told_also_when_telling_of_its_failure_takes_too_long()
                throws BadRequestException {
            downstreams.on("x", status(500));
            RouteConfig route = route("x: {from: x, path: /x, onFailure: fallback, fallback: [1]}\n");
            List<String> told = new ArrayList<>();

            scheduler.call("GET", () -> aggregator(route).aggregate(route,
                    PageRequest.of(Map.of("id", "42"), Map.of()), new PartSink() {
                        @Override
                        public void present(String part, JsonNode value) {
                            told.add(part + " " + value);
                        }

                        @Override
                        public void missing(PartFailure failure) {
                            Checkpoints.sleepForever();
                        }
                    }));

            assertEquals(List.of("x [1]"), told);
            assertTime(800);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                {from: x, path: /}                                | -
                {from: x, path: /, as: n}                         | n
                {from: x, path: /, group: g}                      | g.x
                {from: x, path: /, group: g, as: n}               | g.n
                {from: x, path: /, merge: true, allow: [a]}       | -
                """)
        void is_told_under_the_name_that_the_page_has_for_it(String part, @Nullable String field) {
            downstreams.on("x", status(500));

            Outcome.Partial page = assertInstanceOf(Outcome.Partial.class, page("x: " + part));

            JsonNode told = page.page().at("/missing/x/field");
            assertEquals(field, told.isMissingNode() ? null : told.asText());
        }

        @Test
        void is_left_out_where_the_file_says_so() {
            downstreams.on("x", fails(ErrorType.RESET)).on("y", answers("2"));

            Outcome.Partial page = assertInstanceOf(Outcome.Partial.class,
                    page("x: {from: x, path: /x, onFailure: omit}\ny: {from: y, path: /y}\n"));

            assertEquals(false, page.page().has("x"));
            assertEquals(List.of("x"), page.missing().stream().map(PartFailure::part).toList());
        }

        @ParameterizedTest
        @CsvSource({"hang,DEADLINE_EXCEEDED", "500,STATUS"})
        void has_its_last_good_answer_in_its_place(String how, ErrorType why) {
            Backend broken = how.equals("hang") ? hangs() : status(500);
            downstreams.onStale("x", broken, new Reply(200, json("{\"data\":5}")));

            Outcome.Partial page = assertInstanceOf(Outcome.Partial.class,
                    page("x: {from: x, path: /x, onFailure: stale, required: true, target: data}"));

            assertEquals("5", page.page().get("x").toString());
            assertEquals(new PartFailure("x", "x", why, how.equals("hang") ? null : 500,
                    page.missing().getFirst().detail(), Instead.STALE), page.missing().getFirst());
        }

        @Test
        void that_is_required_fails_the_page_when_there_is_no_last_good_answer() {
            downstreams.on("x", status(500));

            assertEquals(ErrorType.STATUS,
                    failure(page("x: {from: x, path: /x, onFailure: stale, required: true}")).type());
        }

        @ParameterizedTest
        @CsvSource({"404,404", "409,409", "403,401", "500,502", "418,502"})
        void that_is_required_gives_the_client_the_status_that_the_file_says(int answered, int status) {
            downstreams.on("x", status(answered));

            Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class,
                    page("x: {from: x, path: /x, required: true, statuses: {409: 409, 403: 401}}"));

            assertEquals(status, failed.status());
        }
    }

    @Nested
    final class A_quorum extends Fixture {
        private RouteConfig search(String keys) {
            return routes("""
                    - path: /search
                      deadline: 800ms
                      parts:
                        a: {from: a, path: /a}
                        b: {from: b, path: /b}
                        c: {from: c, path: /c, budget: 300ms}
                        d: {from: d, path: /d}
                      quorum:
                        providers: {of: [a, b, c], %s}
                    """.formatted(keys)).getFirst();
        }

        private Outcome page(RouteConfig route, int ignored) {
            downstreams.on("d", answers("4", 100));
            return page(route, PageRequest.of(Map.of(), Map.of()));
        }

        @Test
        void that_is_there_lets_the_others_be_missing() {
            downstreams.on("a", answers("1", 10)).on("b", status(500)).on("c", answers("3", 200));

            Outcome.Partial page = assertInstanceOf(Outcome.Partial.class, page(search("need: 2"), 0));

            assertEquals("[1,null,3,4]", "[" + page.page().get("a") + "," + page.page().get("b") + ","
                    + page.page().get("c") + "," + page.page().get("d") + "]");
            assertTime(200);
        }

        @Test
        void that_cannot_be_reached_any_more_ends_the_page_at_once() {
            downstreams.on("a", status(500)).on("b", after(50, status(500))).on("c", hangs());

            PartFailure failure = failure(page(search("need: 2"), 0));

            assertEquals(new PartFailure("providers", null, ErrorType.QUORUM, null,
                    "only 0 of 3 are there; the page needs 2 (a: status, b: status, c)"), failure);
            assertTime(50);
        }

        @Test
        void that_is_missed_by_budgets_ends_the_page_as_well() {
            downstreams.on("a", answers("1")).on("b", status(404)).on("c", hangs());

            assertEquals(ErrorType.QUORUM, failure(page(search("need: 2"), 0)).type());
            assertTime(300);
        }

        @Test
        void that_is_reached_stops_the_rest_where_the_file_says_so() {
            downstreams.on("a", answers("1", 10)).on("b", answers("2", 30)).on("c", hangs());

            Outcome.Complete page = assertInstanceOf(Outcome.Complete.class,
                    page(search("need: 2, rest: cancel"), 0));

            assertEquals("not_needed", page.page().at("/missing/c/reason").asText());
            assertEquals("not_needed 30", ended.get("c"));
            assertEquals("4", page.page().get("d").toString());
            assertTime(100);
        }

        @Test
        void that_is_reached_does_not_stop_what_another_one_still_needs() {
            downstreams.on("a", answers("1", 10)).on("b", answers("2", 30)).on("c", answers("3", 20))
                    .on("e", hangs());

            Outcome.Complete page = assertInstanceOf(Outcome.Complete.class, page(routes("""
                    - path: /search
                      deadline: 800ms
                      parts: {a: {from: a, path: /a}, b: {from: b, path: /b}, c: {from: c, path: /c},
                              e: {from: e, path: /e}}
                      quorum:
                        first: {of: [a, b, e], need: 1, rest: cancel}
                        both: {of: [b, c], need: 2}
                    """).getFirst(), 0));

            assertEquals("2", page.page().get("b").toString());
            assertEquals("not_needed 10", ended.get("e"));
            assertTime(30);
        }
    }

    @Nested
    final class A_budget extends Fixture {

        @ParameterizedTest
        @CsvSource({"300ms,300", "25%,200", "remaining - 50ms,750"})
        void ends_a_call(String budget, int millis) {
            downstreams.on("x", hangs());

            PartFailure failure = onlyMissing(page("x: {from: x, path: /x, budget: " + budget + "}"));

            assertEquals(ErrorType.TIMEOUT, failure.type());
            assertEquals("no answer within its budget of " + millis + " ms", failure.detail());
            assertTime(millis);
        }

        @Test
        void of_what_remains_is_counted_when_the_call_is_made() {
            downstreams.on("a", answers("{\"v\":1}", 600)).on("x", hangs());

            page("a: {from: a, path: /a}\nx: {from: x, path: '/x/${a.v}', budget: remaining - 50ms}\n");

            assertTime(750);
        }

        @ParameterizedTest
        @CsvSource({"remaining - 300ms,", "500ms,201ms", ",201ms"})
        void that_is_too_small_makes_no_call(@Nullable String budget, @Nullable String least) {
            downstreams.on("a", answers("{\"v\":1}", 600)).on("x", answers("1"));

            PartFailure failure = onlyMissing(page("a: {from: a, path: /a}\nx: {from: x, path: '/x/${a.v}'"
                    + (budget == null ? "" : ", budget: " + budget)
                    + (least == null ? "" : ", minBudget: " + least) + "}\n"));

            assertEquals(ErrorType.BUDGET_TOO_SMALL, failure.type());
            assertEquals(List.of("a GET /a"), downstreams.calls());
            assertEquals("budget_too_small 0", ended.get("x"));
        }

        @Test
        void never_lasts_longer_than_the_caller_allows() {
            downstreams.on("x", hangs()).on("y", hangs());
            RouteConfig route = route(
                    "x: {from: x, path: /x, budget: 300ms}\ny: {from: y, path: /y, budget: 50%}\n");

            page(route, new PageRequest("r", Map.of("id", "1"), Map.of(), Map.of(), null,
                    Duration.ofMillis(100)));

            assertEquals(Map.of("x", "deadline_exceeded 100", "y", "timeout 50"), ended);
        }

        @Test
        void that_the_caller_has_used_up_asks_nobody() {
            downstreams.on("x", answers("1"));
            RouteConfig route = route("x: {from: x, path: /x, required: true}");

            Outcome outcome = page(route,
                    new PageRequest("r", Map.of("id", "1"), Map.of(), Map.of(), null, Duration.ofMillis(-5)));

            assertEquals(ErrorType.DEADLINE_EXCEEDED, failure(outcome).type());
            assertEquals(504, ((Outcome.Failed) outcome).status());
            assertEquals(List.of(), downstreams.calls());
        }
    }

    @Nested
    final class A_request extends Fixture {
        private final RouteConfig route = routes("""
                - path: /things/{id}
                  method: POST
                  deadline: 800ms
                  params:
                    id: integer
                    limit: {type: integer, min: 1, max: 100, default: 10}
                    sort: {oneOf: [asc, desc]}
                    full: {type: boolean, required: true}
                  body:
                    fields:
                      name: {type: string, max: 5, required: true}
                      tags: {type: array, max: 2}
                      size: {type: number, default: 1.5}
                  parts:
                    x: {from: x, method: POST, path: '/x/${id}/${limit}', query: {s: '${sort}'},
                        body: {id: '${id}', all: '${body}', size: '${body.size}'}}
                """).getFirst();

        private PageRequest request(String id, Map<String, List<String>> query, String body) {
            return new PageRequest("r", Map.of("id", id), query, Map.of(), json(body), null);
        }

        @Test
        void gives_typed_values() {
            List<Call> calls = new ArrayList<>();
            downstreams.on("x", call -> {
                calls.add(call);
                return new Reply(200, json("1"));
            });

            page(route, request("007", Map.of("full", List.of("true")), "{\"name\":\"n\",\"other\":[1]}"));

            assertEquals("/x/7/10", calls.getFirst().path());
            assertEquals(
                    json("{\"id\":7,\"all\":{\"name\":\"n\",\"other\":[1],\"size\":1.5},\"size\":1.5}")
                            .toString(),
                    String.valueOf(calls.getFirst().body()));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                x  | full=true            | {"name":"n"} | 400 | parameter 'id' must be a whole number
                1  |                      | {"name":"n"} | 400 | parameter 'full' is missing; it must be true or false
                1  | full=yes             | {"name":"n"} | 400 | parameter 'full' must be true or false
                1  | full=true&limit=0    | {"name":"n"} | 400 | parameter 'limit' must be a whole number from 1 to 100
                1  | full=true&limit=1.5  | {"name":"n"} | 400 | parameter 'limit' must be a whole number from 1 to 100
                1  | full=true&limit=1,2  | {"name":"n"} | 400 | parameter 'limit' is given 2 times; give it once
                1  | full=true&sort=up    | {"name":"n"} | 400 | parameter 'sort' must be one of asc, desc
                1  | full=true            | {}           | 422 | field 'name' of the body is missing; it must be text of at most 5 characters
                1  | full=true            | {"name":"123456"} | 422 | field 'name' of the body must be text of at most 5 characters
                1  | full=true            | {"name":"n","tags":"x"} | 422 | field 'tags' of the body must be a list of at most 2 elements
                1  | full=true            | {"name":"n","tags":[1,2,3]} | 422 | field 'tags' of the body must be a list of at most 2 elements
                1  | full=true            | {"name":"n","size":"1"} | 422 | field 'size' of the body must be a number
                1  | full=true            | [1]          | 422 | the request needs a JSON object as its body
                """)
        void that_breaks_a_rule_is_refused(String id, @Nullable String query, String body, int status,
                String message) {
            Map<String, List<String>> sent = new java.util.HashMap<>();
            for (String pair : query == null ? List.<String>of() : List.of(query.split("&", -1))) {
                String[] words = pair.split("=", 2);
                sent.put(words[0], List.of(words[1].split(",", -1)));
            }
            BadRequestException e = assertThrows(BadRequestException.class, () -> scheduler.call("POST",
                    () -> aggregator(downstreams.on("x", answers("1")), route).aggregate(route,
                            request(id, sent, body), PartSink.NONE)));

            assertEquals(message, e.getMessage());
            assertEquals(status, e.status());
        }

        private Aggregator aggregator(Downstreams ready, RouteConfig of) {
            return new Aggregator(List.of(of), ready.backends(), AggregateObserver.NONE, scheduler::nanoTime);
        }
    }

    @Nested
    final class A_batch extends Fixture {
        private final List<RouteConfig> routes = routes("""
                - path: /things/{id}
                  deadline: 100ms
                  params: {id: integer}
                  parts:
                    x: {from: x, path: '/x/${id}', required: true}
                    y: {from: y, path: '/y/${id}'}
                - path: /things
                  method: POST
                  deadline: 250ms
                  body: {fields: {ids: {type: array, required: true}}}
                  batch: {route: '/things/{id}', items: '${body.ids}', atMost: 5, atOnce: 2}
                """);

        private Outcome batch(String ids) {
            Aggregator aggregator = aggregator(routes.toArray(RouteConfig[]::new));
            return scheduler.call("POST", () -> {
                try {
                    return aggregator.aggregate(routes.get(1),
                            new PageRequest("r", Map.of(), Map.of(), Map.of(),
                                    json("{\"ids\":" + ids + "}"), null),
                            PartSink.NONE);
                } catch (BadRequestException e) {
                    throw new IllegalArgumentException(e);
                }
            });
        }

        @Test
        void makes_a_page_an_item_each_with_its_own_outcome_in_order() {
            downstreams.on("x",
                    call -> call.path().equals("/x/2") ? status(404).call(call) : answers("1").call(call))
                    .on("y", call -> call.path().equals("/y/3")
                            ? status(500).call(call)
                            : answers("2").call(call));

            List<Outcome.Item> items = ((Outcome.Batch) batch("[1, 2, \"3\", \"no\", {\"id\": 5}]")).items();

            assertEquals(List.of("Complete", "Failed", "Partial", "Failed", "Complete"),
                    items.stream().map(item -> item.outcome().getClass().getSimpleName()).toList());
            assertEquals(List.of(404, 400), items.stream().map(Outcome.Item::outcome)
                    .filter(Outcome.Failed.class::isInstance)
                    .map(failed -> ((Outcome.Failed) failed).status())
                    .toList());
            assertEquals(Map.of("id", "5"), items.getLast().params());
        }

        @Test
        void makes_few_at_a_time_and_what_is_not_ready_in_time_says_so() {
            downstreams.on("x", hangs()).on("y", hangs());

            List<Outcome.Item> items = ((Outcome.Batch) batch("[1,2,3,4,5]")).items();

            assertEquals(5, items.size());
            assertTrue(items.stream()
                    .allMatch(item -> item.outcome() instanceof Outcome.Failed(var failure, var status)
                            && failure.type() == ErrorType.DEADLINE_EXCEEDED && status == 504));
            assertTime(250);
        }

        @Test
        void whose_time_is_used_up_on_arrival_makes_no_page() throws BadRequestException {
            downstreams.on("x", answers("1")).on("y", answers("1"));
            Aggregator aggregator = aggregator(routes.toArray(RouteConfig[]::new));
            Outcome outcome = aggregator.aggregate(routes.get(1),
                    new PageRequest("r", Map.of(), Map.of(), Map.of(),
                            json("{\"ids\":[1]}"), Duration.ZERO),
                    PartSink.NONE);

            assertEquals(504, assertInstanceOf(Outcome.Failed.class, outcome).status());
        }

        @Test
        void has_an_end() {
            downstreams.on("x", answers("1")).on("y", answers("1"));

            assertEquals("${body.ids} has 6 elements; at most 5 are allowed in one request",
                    assertThrows(IllegalArgumentException.class, () -> batch("[1,2,3,4,5,6]")).getCause()
                            .getMessage());
        }
    }

    @Nested
    final class A_sink extends Fixture {

        @Test
        void gets_parts_as_they_come_in_and_what_stands_in_for_those_that_do_not()
                throws BadRequestException {
            downstreams.on("slow", answers("1", 50)).on("fast", answers("2", 10)).on("broken", status(500))
                    .on("hung", hangs()).on("hidden", answers("5"));
            RouteConfig route = route("""
                    slow: {from: slow, path: /}
                    fast: {from: fast, path: /}
                    broken: {from: broken, path: /, onFailure: fallback, fallback: 3}
                    hung: {from: hung, path: /}
                    hidden: {from: hidden, path: /, show: false}
                    unwanted: {from: slow, path: '/${hidden.v}', when: ["${id} == 1"]}
                    """);
            List<String> events = Collections.synchronizedList(new ArrayList<>());

            scheduler.call("GET", () -> aggregator(route).aggregate(route,
                    PageRequest.of(Map.of("id", "42"), Map.of()), new PartSink() {
                        @Override
                        public void present(String part, JsonNode value) {
                            Checkpoints.checkpoint();
                            events.add(part + " " + value);
                        }

                        @Override
                        public void missing(PartFailure failure) {
                            events.add(failure.part() + " " + failure.type().label());
                        }
                    }));

            assertEquals(List.of("broken status", "broken 3", "fast 2", "slow 1", "hung deadline_exceeded"),
                    events);
        }
    }
}
