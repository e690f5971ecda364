package dev.structured.service.aggregate;

import static dev.structured.service.aggregate.Downstreams.after;
import static dev.structured.service.aggregate.Downstreams.answers;
import static dev.structured.service.aggregate.Downstreams.fails;
import static dev.structured.service.aggregate.Downstreams.hangs;
import static dev.structured.service.aggregate.Downstreams.json;
import static dev.structured.service.aggregate.Downstreams.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.PartFailure.Instead;
import dev.structured.service.config.RouteConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of a page when parts fail, are late, or are too few, as a file says it.
final class MissingPartsTest {

    @Nested
    final class A_failed_part extends EngineFixture {

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
            Downstream broken = how.equals("hang") ? hangs() : status(500);
            downstreams.onStale("x", broken, new Reply(200, json("{\"data\":5}")));

            Outcome.Partial page = assertInstanceOf(Outcome.Partial.class,
                    page("x: {from: x, path: /x, onFailure: stale, required: true, target: data}"));

            assertEquals("5", page.page().get("x").toString());
            assertEquals(new PartFailure("x", "x", why, how.equals("hang") ? null : 500,
                    page.missing().getFirst().detail()).with(Instead.STALE), page.missing().getFirst());
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
    final class A_quorum extends EngineFixture {
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

        private Outcome pageOf(RouteConfig route) {
            downstreams.on("d", answers("4", 100));
            return page(route, PageRequest.of(Map.of(), Map.of()));
        }

        @Test
        void that_is_there_lets_the_others_be_missing() {
            downstreams.on("a", answers("1", 10)).on("b", status(500)).on("c", answers("3", 200));

            Outcome.Partial page = assertInstanceOf(Outcome.Partial.class, pageOf(search("need: 2")));

            assertEquals("[1,null,3,4]", "[" + page.page().get("a") + "," + page.page().get("b") + ","
                    + page.page().get("c") + "," + page.page().get("d") + "]");
            assertTime(200);
        }

        @Test
        void that_cannot_be_reached_any_more_ends_the_page_at_once() {
            downstreams.on("a", status(500)).on("b", after(50, status(500))).on("c", hangs());

            PartFailure failure = failure(pageOf(search("need: 2")));

            assertEquals(new PartFailure("providers", null, ErrorType.QUORUM, null,
                    "only 0 of 3 are there; the page needs 2 (a: status, b: status, c)"), failure);
            assertTime(50);
        }

        @Test
        void that_is_missed_by_budgets_ends_the_page_as_well() {
            downstreams.on("a", answers("1")).on("b", status(404)).on("c", hangs());

            assertEquals(ErrorType.QUORUM, failure(pageOf(search("need: 2"))).type());
            assertTime(300);
        }

        @Test
        void that_is_reached_stops_the_rest_where_the_file_says_so() {
            downstreams.on("a", answers("1", 10)).on("b", answers("2", 30)).on("c", hangs());

            Outcome.Complete page = assertInstanceOf(Outcome.Complete.class,
                    pageOf(search("need: 2, rest: cancel")));

            assertEquals("not_needed", page.page().at("/missing/c/reason").asText());
            assertEquals("not_needed 30", ended.get("c"));
            assertEquals("4", page.page().get("d").toString());
            assertTime(100);
        }

        @Test
        void that_is_reached_does_not_stop_what_another_one_still_needs() {
            downstreams.on("a", answers("1", 10)).on("b", answers("2", 30)).on("c", answers("3", 20))
                    .on("e", hangs());

            Outcome.Complete page = assertInstanceOf(Outcome.Complete.class, pageOf(routes("""
                    - path: /search
                      deadline: 800ms
                      parts: {a: {from: a, path: /a}, b: {from: b, path: /b}, c: {from: c, path: /c},
                              e: {from: e, path: /e}}
                      quorum:
                        first: {of: [a, b, e], need: 1, rest: cancel}
                        both: {of: [b, c], need: 2}
                    """).getFirst()));

            assertEquals("2", page.page().get("b").toString());
            assertEquals("not_needed 10", ended.get("e"));
            assertTime(30);
        }
    }

    @Nested
    final class A_budget extends EngineFixture {

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
}
