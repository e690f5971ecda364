package dev.structured.service.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.RouteConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WorstCaseTimeTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            300ms,           300
            25%,             250
            remaining - 50ms, 950
            900ms,           900
            """)
    void part_takes_its_budget(String budget, long millis) {
        RouteConfig route = Shop.route("""
                deadline: 1s
                parts:
                  a: {from: d, path: /a, budget: %s}
                """.formatted(budget));
        assertEquals(Duration.ofMillis(millis), new WorstCaseTime(route).whole());
    }

    @Test
    void part_without_a_budget_takes_all_of_the_deadline() {
        WorstCaseTime time = new WorstCaseTime(Shop.route("""
                deadline: 1s
                parts:
                  a: {from: d, path: /a, budget: 100ms}
                  b: {from: d, path: /b}
                """));
        assertEquals(Duration.ofSeconds(1), time.whole());
        assertEquals(List.of("b"), way(time));
        assertEquals(List.of("b"), time.untilDeadline());
    }

    @Test
    void budgets_add_up_along_the_slowest_way() {
        WorstCaseTime time = new WorstCaseTime(Shop.route("""
                deadline: 1s
                parts:
                  last: {from: d, path: "/${quick.x}/${slow.x}", budget: 200ms}
                  quick: {from: d, path: /a, budget: 100ms}
                  slow: {from: d, path: "/b/${first.x}", budget: 300ms}
                  first: {from: d, path: /c, budget: 50ms}
                """));
        assertEquals(List.of("first", "slow", "last"), way(time));
        assertEquals(Duration.ofMillis(550), time.whole());
        assertEquals(List.of(), time.untilDeadline());
    }

    @Test
    void deadline_cuts_the_way_short() {
        WorstCaseTime time = new WorstCaseTime(Shop.route("""
                deadline: 400ms
                parts:
                  a: {from: d, path: /a, budget: 300ms}
                  b: {from: d, path: "/b/${a.x}", budget: 300ms}
                """));
        assertEquals(Duration.ofMillis(400), time.whole());
        assertEquals(List.of("b"), time.untilDeadline());
    }

    @Test
    void fixed_values_take_no_time() {
        assertEquals(Duration.ZERO, new WorstCaseTime(Shop.route("""
                deadline: 1s
                parts:
                  a: {value: 1}
                """)).whole());
    }

    @ParameterizedTest
    @CsvSource({"10, 4, 3, 300", "8, 4, 2, 200", "100, 1, 100, 1000"})
    void batch_takes_as_many_rounds_as_it_needs(int atMost, int atOnce, int rounds, long millis) {
        RouteConfig route = Shop.route("""
                deadline: 1s
                parts:
                  a: {value: 1}
                """);
        BatchConfig batch = new BatchConfig("/r", Shop.config().routes().get(2).batch().items(), atMost,
                atOnce);
        assertEquals(rounds, WorstCaseTime.rounds(batch));
        assertEquals(Duration.ofMillis(millis),
                WorstCaseTime.ofBatch(route, batch, Duration.ofMillis(100)));
    }

    private static List<String> way(WorstCaseTime time) {
        return time.way().stream().map(leg -> leg.part().name()).toList();
    }
}
