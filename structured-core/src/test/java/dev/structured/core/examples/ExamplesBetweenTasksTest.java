package dev.structured.core.examples;

import static dev.structured.core.examples.Printed.assertPrints;
import static dev.structured.core.examples.Printed.assertPrintsInOrder;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the examples of channels, events and locks print, to the letter, with the times. Hours of it take no
/// time.
@Timeout(120) // a cancellation that does not arrive is a hang
class ExamplesBetweenTasksTest {
    @Test
    void heater_follows_the_latest_target_and_readings_are_logged_in_batches() throws IOException {
        assertPrintsInOrder(Greenhouse::run, """
                0.00 s  heater: set to 18
                2.00 s  heater: set to 20
                4.00 s  heater: set to 22
                8.00 s  log: [20, 21, 22]
                8.40 s  log: [23]
                """);
    }

    @Test
    void runners_wait_for_each_other_and_the_judge_keeps_a_pace() throws IOException {
        assertPrintsInOrder(Relay::run, """
                1.00 s  runner1: lap 1
                2.00 s  runner2: lap 1
                3.00 s  runner1: lap 2
                4.00 s  runner2: lap 2
                4.00 s  ann: written down
                4.50 s  bob: written down
                5.00 s  cid: written down
                """);
    }

    @Test
    void slowest_stage_sets_the_pace_of_the_line() throws IOException {
        assertPrints(AssemblyLine::run, """
                0.00 s  welder: frame 1 is on the line
                0.00 s  welder: frame 2 is on the line
                1.00 s  shipped: red frame 1
                1.00 s  welder: frame 3 is on the line
                2.00 s  welder: frame 4 is on the line
                2.00 s  shipped: red frame 2
                3.00 s  shipped: red frame 3
                4.00 s  shipped: red frame 4
                4.00 s  the line has ended; frames held at most: 1
                """);
    }

    @Test
    void generator_tidies_up_before_its_consumers_value_is_used() throws IOException {
        assertPrintsInOrder(FirstMatch::run, """
                1.00 s  not row 1
                2.00 s  not row 2
                4.00 s  the cursor is closed
                4.00 s  found row 3
                """);
    }

    @Test
    void front_desk_takes_what_comes_first() throws IOException {
        assertPrintsInOrder(FrontDesk::run, """
                1.00 s  good evening, guest 1
                2.00 s  good evening, guest 2
                2.50 s  hello, call 1
                7.50 s  reads the paper
                10.00 s  good night
                """);
    }

    @Test
    void slow_reader_of_the_ticker_misses_what_is_old() throws IOException {
        assertPrints(Ticker::run, """
                8.10 s  trader: [101, 102, 103, 104, 105, 106, 107, 108], missed 0
                17.50 s  paper: [101, 103, 106, 107, 108], missed 3
                """);
    }

    @Test
    void requests_wait_until_the_cache_is_warm_but_not_for_ever() throws IOException {
        assertPrints(WarmCache::run, """
                0.50 s  hasty: served without the cache
                2.00 s  cache: warm, 0 still wait
                2.00 s  patient: served
                3.00 s  late: served
                """);
    }

    @Test
    void ledger_goes_round_and_breaks_when_it_is_left_open() throws IOException {
        assertPrintsInOrder(Ledger::run,
                """
                        1.00 s  ann: wrote
                        1.03 s  dot: gave up, 1 wait
                        2.00 s  bob: wrote
                        3.00 s  cid: wrote
                        3.00 s  eve: leaves it open
                        3.00 s  office: Waiting for lock 'ledger' is in vain: task 'office/eve', which had \
                        it, has ended \
                        without releasing it
                        """);
    }

    @Test
    void bread_goes_to_the_customers_in_their_order() throws IOException {
        assertPrints(Bakery::run, """
                2.00 s  baker: rye is there, 1 not told
                2.00 s  first: has rye
                3.00 s  baker: spelt is there, 0 not told
                3.00 s  second: has spelt
                """);
    }

    @Test
    void some_at_a_time_and_more_when_there_is_more() throws IOException {
        assertPrints(Seats::run, """
                0.00 s  ann: sits down
                0.10 s  bob: sits down
                1.00 s  cid: sits down
                2.40 s  operator: 3 of 3 in use, 1 waits
                3.00 s  query1: answered
                3.40 s  query2: answered
                3.40 s  query3: answered
                4.00 s  query4: answered
                """);
    }
}
