package dev.structured.service.aggregate;

import static dev.structured.service.aggregate.Downstreams.after;
import static dev.structured.service.aggregate.Downstreams.answers;
import static dev.structured.service.aggregate.Downstreams.fails;
import static dev.structured.service.aggregate.Downstreams.hangs;
import static dev.structured.service.aggregate.Downstreams.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.structured.core.Checkpoints;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a part that fails or is late means for the page: without an optional one there is a page, without a
/// required one there is none.
final class FailedPartsTest {

    @Nested
    final class An_optional_part extends AggregatorFixture {

        @ParameterizedTest
        @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOT_NEEDED") // which no downstream can say
        void is_missing_when_its_downstream_fails(ErrorType type) {
            downstreams.on("a", answers("1", 10)).on("b", fails(type));

            Outcome outcome = page(route(required("a", "/"), optional("b", "/")));

            assertEquals(new PartFailure("b", "b", type, null, type.words()), onlyMissing(outcome));
            assertEquals(type.label() + " 0", ended.get("b"));
        }

        @Test
        void never_shows_the_client_what_the_log_says() {
            downstreams.on("b", fails(ErrorType.RESET));

            assertFalse(page(route(optional("b", "/"))).toString().contains("secret-host"));
        }

        @ParameterizedTest
        @ValueSource(ints = {100, 199, 301, 400, 401, 410, 500, 503, 599})
        void is_missing_when_the_status_cannot_be_used(int status) {
            downstreams.on("a", status(status));

            assertEquals(
                    new PartFailure("a", "a", ErrorType.STATUS, status,
                            "the downstream answered with status " + status),
                    onlyMissing(page(route(optional("a", "/")))));
        }

        @Test
        void is_missing_when_it_is_not_found() {
            downstreams.on("a", status(404));

            assertEquals(
                    new PartFailure("a", "a", ErrorType.NOT_FOUND, 404, "the downstream does not know it"),
                    onlyMissing(page(route(optional("a", "/")))));
        }

        @Test
        void is_missing_when_a_good_answer_has_no_body() {
            downstreams.on("a", status(204));

            assertEquals(
                    new PartFailure("a", "a", ErrorType.INVALID_JSON, 204,
                            "the downstream's answer had no body"),
                    onlyMissing(page(route(optional("a", "/")))));
        }

        @Test
        void is_missing_when_its_budget_ends_and_the_page_comes_then() {
            downstreams.on("a", answers("1", 50)).on("b", hangs());

            assertPartial(
                    """
                            {"b":null,"a":1,"missing":{"b":{"reason":"timeout","detail":"no answer within \
                            its budget of 300 ms"}}}""",
                    page(route(within(300, optional("b", "/")), required("a", "/"))));
            assertTime(300);
        }

        @Test
        void has_its_budget_from_when_it_has_what_it_needs() {
            downstreams.on("a", answers("{\"v\":1}", 250)).on("b", answers("2", 250));

            assertComplete("{\"a\":{\"v\":1},\"b\":2}",
                    page(route(required("a", "/"), within(300, optional("b", "/${a.v}")))));
            assertTime(500);
        }

        @Test
        void that_hangs_without_a_budget_is_missing_at_the_deadline() {
            downstreams.on("a", answers("1", 50)).on("b", hangs()).on("c", answers("3"));

            Outcome outcome = page(route(required("a", "/"), optional("b", "/"), optional("c", "/${b.x}")));

            assertPartial(
                    """
                            {"a":1,"b":null,"c":null,"missing":{
                                "b":{"reason":"deadline_exceeded","detail":"not ready when the page's \
                            deadline of 800 ms passed"},
                                "c":{"reason":"deadline_exceeded","detail":"not ready when the page's \
                            deadline of 800 ms passed"}}}""",
                    outcome);
            assertTime(800);
            assertEquals(Map.of("a", "ok 50", "b", "deadline_exceeded 800", "c", "deadline_exceeded 0"),
                    ended);
        }
    }

    @Nested
    final class A_required_part extends AggregatorFixture {

        @Test
        void that_fails_stops_the_others_at_once() {
            downstreams.on("a", after(10, status(500))).on("b", hangs()).on("c", hangs()).on("d",
                    answers("1"));

            Outcome outcome = page(route(required("b", "/"), required("a", "/"),
                    within(300, optional("c", "/")), required("d", "/${b.x}")));

            assertEquals(new PartFailure("a", "a", ErrorType.STATUS, 500,
                    "the downstream answered with status 500"), failure(outcome));
            assertTime(10);
            assertEquals(
                    Map.of("a", "status 10", "b", "cancelled 10", "c", "cancelled 10", "d", "cancelled 0"),
                    ended);
        }

        @ParameterizedTest
        @EnumSource(ErrorType.class)
        void that_fails_is_the_outcome(ErrorType type) {
            downstreams.on("a", fails(type));

            assertEquals(new PartFailure("a", "a", type, null, type.words()),
                    failure(page(route(required("a", "/")))));
        }

        @Test
        void that_is_not_found_is_told_from_other_failures() {
            downstreams.on("product", status(404)).on("price", answers("1"));

            PartFailure failure = failure(page(route(required("product", "/products/${id}"),
                    required("price", "/prices/${product.sku}"))));

            assertEquals(ErrorType.NOT_FOUND, failure.type());
            assertEquals("product", failure.part());
            assertEquals(404, failure.type().status());
            assertEquals(List.of("product GET /products/42"), downstreams.calls());
        }

        @Test
        void that_exceeds_its_budget_is_the_outcome() {
            downstreams.on("a", hangs()).on("b", hangs());

            assertEquals(
                    new PartFailure("a", "a", ErrorType.TIMEOUT, null,
                            "no answer within its budget of 200 ms"),
                    failure(page(route(within(200, required("a", "/")), optional("b", "/")))));
            assertTime(200);
        }

        @Test
        void whose_value_is_missing_is_the_outcome() {
            downstreams.on("product", answers("{}")).on("price", answers("1"));

            assertEquals(
                    new PartFailure("price", "price", ErrorType.MISSING_VALUE, null,
                            "${product.sku} is missing"),
                    failure(page(route(required("product", "/"), required("price", "/${product.sku}")))));
        }

        @Test
        void that_fails_first_is_the_outcome() {
            downstreams.on("a", after(20, status(500))).on("b", after(10, status(501)));

            assertEquals("b", failure(page(route(required("a", "/"), required("b", "/")))).part());
        }

        @Test
        void that_fails_while_being_stopped_does_not_hide_the_first() {
            downstreams.on("a", status(500)).on("b", call -> {
                while (!Checkpoints.isCancelled())
                    LockSupport.parkNanos(1_000); // busy until the failure of the other stops it
                return status(501).call(call);
            });

            assertEquals("a", failure(page(route(required("b", "/"), required("a", "/")))).part());
        }

        @Test
        void that_is_late_is_the_outcome_at_the_deadline() {
            downstreams.on("a", answers("1", 50)).on("b", hangs()).on("c", hangs());

            Outcome outcome = page(route(required("a", "/"), optional("c", "/"), required("b", "/")));

            assertEquals(new PartFailure("b", "b", ErrorType.DEADLINE_EXCEEDED, null,
                    "not ready when the page's deadline of 800 ms passed"), failure(outcome));
            assertTime(800);
            assertEquals(Map.of("a", "ok 50", "b", "deadline_exceeded 800", "c", "deadline_exceeded 800"),
                    ended);
        }

        @Test
        void that_is_waited_for_is_named_before_the_one_that_waits() {
            downstreams.on("product", hangs()).on("price", answers("1"));

            assertEquals("product",
                    failure(page(route(required("price", "/${product.sku}"), required("product", "/"))))
                            .part());
        }
    }
}
