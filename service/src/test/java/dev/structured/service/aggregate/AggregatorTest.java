package dev.structured.service.aggregate;

import static dev.structured.service.aggregate.Downstreams.after;
import static dev.structured.service.aggregate.Downstreams.answers;
import static dev.structured.service.aggregate.Downstreams.hangs;
import static dev.structured.service.aggregate.Downstreams.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.NurseryFailedException;
import dev.structured.core.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How a page is made of its parts, and what these need of each other and of the request.
final class AggregatorTest {

    @Nested
    final class A_page extends AggregatorFixture {

        @Test
        void has_a_field_for_each_part_in_the_order_of_the_route() {
            downstreams.on("a", answers("{\"n\":1}", 30)).on("b", answers("[2]", 20)).on("c",
                    answers("\"three\"", 10));

            assertComplete("{\"a\":{\"n\":1},\"b\":[2],\"c\":\"three\"}",
                    page(route(optional("a", "/"), required("b", "/"), optional("c", "/"))));
        }

        @Test
        void takes_as_long_as_its_slowest_part() {
            downstreams.on("a", answers("1", 300)).on("b", answers("2", 200)).on("c", answers("3", 100));

            page(route(required("a", "/"), required("b", "/"), optional("c", "/")));

            assertTime(300);
        }

        @Test
        void may_have_a_part_whose_value_is_null() {
            downstreams.on("a", answers("null"));

            assertComplete("{\"a\":null}", page(route(required("a", "/"))));
        }

        @Test
        void is_there_without_any_part() {
            assertComplete("{}", page(route()));
        }

        @Test
        void tells_the_observer_of_each_part_once() {
            downstreams.on("a", answers("{\"n\":1}", 30)).on("b", answers("2", 20)).on("c", status(500))
                    .on("d", hangs()).on("e", answers("5"));

            page(route(required("a", "/"), required("b", "/${a.n}"), optional("c", "/"),
                    within(40, optional("d", "/")), optional("e", "/${c.x}")));

            assertEquals(
                    Map.of("a", "ok 30", "b", "ok 20", "c", "status 0", "d", "timeout 40", "e", "skipped 0"),
                    ended);
        }

        @Test
        void notes_request_and_part_on_the_task_that_calls() {
            List<String> noted = new ArrayList<>();
            downstreams.on("a", call -> {
                noted.add(call.requestId() + " " + Task.current().notes());
                return answers("1").call(call);
            });

            page(route(required("a", "/")));

            String id = noted.getFirst().substring(0, noted.getFirst().indexOf(' '));
            assertEquals(List.of(id + " {request=" + id + ", part=a}"), noted);
        }

        @Test
        void needs_a_task_to_be_made() {
            assertThrows(IllegalStateException.class,
                    () -> made(route(), Map.of("id", "42")));
        }
    }

    @Nested
    final class A_part_that_needs_another extends AggregatorFixture {

        @Test
        void waits_for_it_and_gets_its_value() {
            downstreams.on("product", answers("{\"sku\":\"X 1\"}", 100)).on("price", answers("9.5", 50));

            assertComplete("{\"product\":{\"sku\":\"X 1\"},\"price\":9.5}",
                    page(route(required("product", "/products/${id}"),
                            required("price", "/prices/${product.sku}"))));

            assertEquals(List.of("product GET /products/42", "price GET /prices/X%201"), downstreams.calls());
            assertTime(150);
        }

        @Test
        void may_stand_before_it() {
            downstreams.on("product", answers("{\"sku\":\"X1\"}", 100)).on("price", answers("9.5", 50));

            assertComplete("{\"price\":9.5,\"product\":{\"sku\":\"X1\"}}",
                    page(route(required("price", "/prices/${product.sku}"),
                            required("product", "/products/${id}"))));
        }

        @Test
        void may_need_several_that_need_one_another() {
            downstreams.on("d", answers("4", 10)).on("c", answers("{\"v\":\"c\"}", 20))
                    .on("b", answers("{\"v\":\"b\"}", 40)).on("a", answers("{\"v\":\"a\"}", 80));

            page(route(required("d", "/${b.v}${c.v}/${a.v}"), required("c", "/${a.v}"),
                    required("b", "/${a.v}"), required("a", "/")));

            assertEquals("d GET /bc/a", downstreams.calls().getLast());
            assertEquals(4, downstreams.calls().size());
            assertTime(80 + 40 + 10);
        }

        @Test
        void does_not_hold_up_those_that_need_nothing() {
            downstreams.on("slow", answers("{\"v\":1}", 500)).on("after", answers("1")).on("free",
                    answers("1", 20));

            page(route(optional("slow", "/"), optional("after", "/${slow.v}"), optional("free", "/")));

            assertEquals("ok 20", ended.get("free"));
        }

        @Test
        void is_skipped_when_it_is_missing() {
            downstreams.on("a", after(10, status(503))).on("b", answers("1")).on("c", answers("1"));

            Outcome outcome = page(
                    route(optional("a", "/"), optional("b", "/${a.x}"), optional("c", "/${b.x}")));

            assertPartial("""
                    {"a":null,"b":null,"c":null,"missing":{
                        "a":{"reason":"status","detail":"the downstream answered with status 503"},
                        "b":{"reason":"missing_value","detail":"needs part 'a', which is missing"},
                        "c":{"reason":"missing_value","detail":"needs part 'b', which is missing"}}}""",
                    outcome);
            assertEquals(List.of("a GET /"), downstreams.calls());
            assertEquals("skipped 0", ended.get("b"));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                {"sku":null}     | ${product.sku} is null
                {"sku":{}}       | ${product.sku} is an object
                {"sku":["x"]}    | ${product.sku} is an array
                {"sku":""}       | ${product.sku} is empty
                {"other":1}      | ${product.sku} is missing
                "text"           | ${product.sku} is missing
                null             | ${product.sku} is missing
                {"sku":".."}     | ${product.sku} has a dot segment ('.' or '..'), which a path must not have
                """)
        void is_missing_when_the_value_is_no_scalar_that_fits_a_path(String product, String detail) {
            downstreams.on("product", answers(product)).on("price", answers("1"));

            PartFailure missing = onlyMissing(
                    page(route(required("product", "/"), optional("price", "/${product.sku}"))));

            assertEquals(new PartFailure("price", "price", ErrorType.MISSING_VALUE, null, detail), missing);
            assertEquals(List.of("product GET /"), downstreams.calls());
            assertEquals("missing_value 0", ended.get("price"));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                {"a":{"b":"x"}}     | x
                {"a":{"b":17}}      | 17
                {"a":{"b":1.50}}    | 1.5
                {"a":{"b":false}}   | false
                """)
        void gets_text_numbers_and_booleans_from_any_depth(String product, String written) {
            downstreams.on("product", answers(product)).on("price", answers("1"));

            page(route(required("product", "/"), optional("price", "/${product.a.b}")));

            assertEquals("price GET /" + written, downstreams.calls().getLast());
        }
    }

    @Nested
    final class A_parameter_of_the_request extends AggregatorFixture {

        @ParameterizedTest
        @ValueSource(strings = {".", "..", "../admin", "a/../../admin", "..\\admin", "a/..", "..;x=1", "./x"})
        void with_a_dot_segment_never_reaches_a_downstream(String id) {
            downstreams.on("product", answers("1"));

            Outcome outcome = page(route(required("product", "/products/${id}")),
                    PageRequest.of(Map.of("id", id), Map.of()));

            assertEquals(ErrorType.BAD_PARAMETER, failure(outcome).type());
            assertEquals(400, failure(outcome).type().status());
            assertEquals(List.of(), downstreams.calls());
        }

        @Test
        void of_the_query_is_passed_on_only_if_it_is_listed() {
            downstreams.on("a", answers("1")).on("b", answers("1"));

            page(route(passing(List.of("chaos", "lang"), required("a", "/x")), required("b", "/y")),
                    Map.of("lang", List.of("de"), "token", List.of("t"), "chaos", List.of("a:hang", "b")));

            assertEquals(List.of("a GET /x?chaos=a%3Ahang&chaos=b&lang=de", "b GET /y"),
                    downstreams.calls().stream().sorted().toList());
        }

        @Test
        void that_was_not_given_is_a_bug_that_comes_out() {
            downstreams.on("a", answers("1"));

            IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                    () -> scheduler.run("GET",
                            () -> made(route(required("a", "/${id}")), Map.of("sku", "1"))));

            assertTrue(e.getMessage().contains("'id'"));
        }
    }

    @Nested
    final class A_bug extends AggregatorFixture {

        @Test
        void of_a_downstream_stops_the_page_and_comes_out() {
            IllegalStateException bug = new IllegalStateException("a bug");
            downstreams.on("a", after(10, call -> {
                throw bug;
            })).on("b", hangs());

            NurseryFailedException e = assertThrows(NurseryFailedException.class,
                    () -> page(route(optional("a", "/"), optional("b", "/"))));

            assertEquals(List.of(bug), e.leaves());
            assertTime(10);
            assertEquals(Map.of("a", "error 10", "b", "cancelled 10"), ended);
        }

        @Test
        void that_is_an_error_comes_out_as_itself() {
            downstreams.on("a", call -> {
                throw new AssertionError("a bug");
            });

            assertEquals("a bug",
                    assertThrows(AssertionError.class, () -> page(route(optional("a", "/")))).getMessage());
            assertEquals(Map.of("a", "error 0"), ended);
        }

        @Test
        void is_a_downstream_that_is_not_there() {
            IllegalStateException e = assertThrows(IllegalStateException.class,
                    () -> page(route(optional("a", "/"))));

            assertTrue(e.getMessage().contains("'a'"));
        }
    }
}
