package dev.structured.core.examples;

import static dev.structured.core.examples.Printed.assertConfiguredPrints;
import static dev.structured.core.examples.Printed.assertPrints;
import static dev.structured.core.examples.Printed.assertPrintsInOrder;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the examples print, to the letter, with the times. Hours of it take no time.
@Timeout(120) // a cancellation that does not arrive is a hang
class ExamplesTest {

    @Test
    void two_children_print_side_by_side_while_the_parent_waits() throws IOException {
        String output = assertPrints(TwoChildren::run, """
                0.00 s  parent: starting two children
                0.00 s  parent: waiting for them
                0.70 s  child2: 1
                1.00 s  child1: 1
                1.40 s  child2: 2
                2.00 s  child1: 2
                2.10 s  child2: 3
                3.00 s  child1: 3
                3.00 s  parent: both are done
                """);
        assertTrue(output.endsWith("parent: both are done\n"), output);
    }

    @Test
    void nap_is_cut_short_after_3_s() throws IOException {
        assertPrintsInOrder(CutShort::run, """
                0.00 s  lying down for 8 s
                3.00 s  cut short: DEADLINE, its deadline passed 3000.0 ms after its start
                3.00 s  or in one word: tired
                """);
    }

    @Test
    void sleepers_of_3_and_4_s_are_stopped_after_2() throws IOException {
        assertPrints(Sleepers::run,
                """
                        1.00 s  sleeper1: slept well
                        2.00 s  sleeper3: stopped
                        2.00 s  sleeper4: stopped
                        2.00 s  caught: Scope 'failAfter' was too slow: it had 2000.0 ms and was stopped \
                        after 2000.0 ms
                        2.00 s  allowed PT2S, spent PT2S
                        """);
    }

    @Test
    void time_bomb_stops_its_sibling_and_the_block() throws IOException {
        String output = assertPrints(TimeBomb::run,
                """
                        0.00 s  block: at work for a minute
                        0.00 s  sibling: at work for a minute
                        2.00 s  block: leaving
                        2.00 s  sibling: leaving
                        2.00 s  outside: Nursery 'room': 1 failure, of 'bomb', first \
                        java.lang.IllegalStateException: boom
                        """);
        assertTrue(output.strip().endsWith("boom"), output);
    }

    @Test
    void none_of_three_failures_is_lost() throws IOException {
        assertPrintsInOrder(ThreeFailures::run,
                """
                        2.00 s  message: Nursery 'save': 3 failures, of 'disk', 'cache', 'index', first \
                        java.io.IOException: disk full
                        2.00 s  failure: java.io.IOException: disk full
                        2.00 s  failure: java.lang.IllegalStateException: cache is closed
                        2.00 s  failure: dev.structured.core.NurseryFailedException: Nursery 'roll back': 1 \
                        failure, of 'unlock', \
                        first java.io.IOException: index is locked
                        2.00 s  leaf: java.io.IOException: disk full
                        2.00 s  leaf: java.lang.IllegalStateException: cache is closed
                        2.00 s  leaf: java.io.IOException: index is locked
                        2.00 s  cause: java.io.IOException: disk full
                        2.00 s  suppressed: java.lang.IllegalStateException: cache is closed
                        2.00 s  suppressed: dev.structured.core.NurseryFailedException: Nursery 'roll \
                        back': 1 failure, of 'unlock', \
                        first java.io.IOException: index is locked
                        4.00 s  by type: java.io.IOException: disk full
                        """);
    }

    @Test
    void nursery_leaves_no_orphan_where_executors_and_futures_do() throws IOException {
        assertPrintsInOrder(NoOrphan::run, """
                0.00 s  ExecutorService: ExecutionException, still running: 1
                0.00 s  CompletableFuture: CompletionException, still running: 1
                0.00 s  Nursery: NurseryFailedException, still running: 0
                """);
    }

    @Test
    void shielded_cleanup_ends_in_order_or_at_its_own_limit() throws IOException {
        assertPrintsInOrder(ShieldedCleanup::run, """
                0.00 s  upload: sending
                1.00 s  page: closing
                3.00 s  upload: aborted in order
                3.00 s  page: closed
                3.00 s  upload: sending
                4.00 s  page: closing
                9.00 s  upload: gave up, its deadline passed 5000.0 ms after its start
                9.00 s  page: closed
                """);
    }

    @Test
    void happy_eyeballs_take_the_first_connection_and_stop_the_rest() throws IOException {
        assertPrintsInOrder(HappyEyeballs::run, """
                0.00 s  trying 2001:db8::1
                0.25 s  trying 2001:db8::2
                0.35 s  2001:db8::2 refuses
                0.35 s  trying 192.0.2.1
                0.60 s  trying 192.0.2.2
                0.65 s  connected to 192.0.2.1
                0.65 s  closing 192.0.2.1
                """);
    }

    @Test
    void prices_of_several_shops_are_combined() throws IOException {
        assertPrintsInOrder(PriceComparison::run, """
                0.30 s  all: [corner shop wants 420, market wants 390]
                0.60 s  both: corner shop wants 420 and market wants 390
                0.90 s  settled: corner shop wants 420
                0.90 s  settled: no price, kiosk is closed
                0.90 s  settled: market wants 390
                1.20 s  first: market wants 390
                1.30 s  calls on line 1
                1.30 s  hangs up line 1
                1.40 s  as they come: corner shop wants 420
                1.50 s  as they come: kiosk is closed
                1.60 s  as they come: market wants 390
                1.90 s  catalog: page 1
                1.90 s  catalog: page 2
                1.90 s  catalog: page 3
                1.90 s  catalog: page 4
                1.90 s  catalog: page 5 is the last
                """);
    }

    @Test
    void unsteady_server_is_asked_again_within_limits() throws IOException {
        assertPrintsInOrder(UnsteadyServer::run,
                """
                        0.00 s  attempt 1 begins
                        0.20 s  attempt 2 begins
                        0.25 s  hedged: answer 2
                        0.25 s  attempt 1 begins
                        0.43 s  attempt 2 begins
                        1.43 s  attempt 3 begins
                        2.05 s  attempt 4 begins
                        2.05 s  retried: answer 4
                        2.05 s  at once: busy; no more attempts: the next would begin after 1000 ms, and \
                        the deadline is in \
                        500 ms
                        2.05 s  budget: 100 calls, 12 extra attempts
                        """);
    }

    @Test
    void tasks_start_tasks_and_the_nursery_waits_for_all() throws IOException {
        String output = assertPrints(Crawl::run, """
                1.00 s  /: links to [/a, /b]
                2.00 s  /a: links to [/c]
                2.00 s  /b: links to [/]
                3.00 s  /c: links to []
                3.00 s  all: 4 pages
                """);
        assertTrue(output.endsWith("all: 4 pages\n"), output);
    }

    @Test
    void loop_that_never_waits_stops_at_a_checkpoint() throws IOException {
        String output = assertPrints(LongLoop::run, """
                0.00 s  down: stopped
                0.00 s  up: found it
                0.00 s  up: stopped
                """);
        assertTrue(output.startsWith("0.00 s  up: found it\n"), output);
    }

    @Test
    void client_goes_on_when_the_server_listens_and_a_failed_start_is_told() throws IOException {
        assertPrintsInOrder(ReadyServer::run, """
                0.00 s  client: is told 'hello'
                0.00 s  second server: the port is taken
                0.00 s  client: is told 'hello' again
                0.00 s  site: closed
                """);
    }

    @Test
    void heartbeat_goes_on_as_long_as_the_run() throws IOException {
        assertPrintsInOrder(Heartbeat::run, """
                1.00 s  heartbeat: alive
                2.00 s  heartbeat: alive
                2.50 s  main: done
                2.50 s  heartbeat: stopped
                2.50 s  outside: the run has ended
                """);
    }

    @Test
    void each_call_back_becomes_a_task_and_the_run_waits_for_all() throws IOException {
        String output = assertPrints(PriceFeed::run, """
                0.00 s  price 101: shown
                0.00 s  price 99: shown
                0.00 s  price 104: shown
                0.00 s  main: the feed has ended
                """);
        assertTrue(output.endsWith("main: the feed has ended\n"), output);
    }

    @Test
    void server_is_stopped_softly() throws IOException {
        assertPrints(StopSoftly::run, """
                2.50 s  main: please stop
                2.50 s  listener: ends, SHUTDOWN, it was idle when a stop was requested
                3.00 s  sweeper: stops between two folders
                4.00 s  request of 3 s: answered
                7.50 s  request of 60 s: stopped
                7.50 s  main: stopped, it was asked to stop, and its grace is over
                """);
    }

    @Test
    void work_on_threads_of_its_own_can_be_stopped_and_can_call_back() throws IOException {
        assertPrintsInOrder(WorkerThreads::run, """
                0.00 s  main: 1229 primes below 10000
                0.00 s  main: 6 is perfect
                0.00 s  main: 28 is perfect
                0.00 s  main: 496 is perfect
                0.00 s  main: stopped, three are enough
                0.00 s  main: localhost is known
                """);
    }

    @Test
    void threads_of_others_call_in_and_get_the_answer() throws IOException {
        assertPrintsInOrder(CallIn::run, """
                0.10 s  client: 'why' 3 letters
                0.20 s  client: '' nothing is asked
                0.30 s  client: 'how long' 8 letters
                0.30 s  main: the client has gone
                """);
    }

    @Test
    void files_are_read_within_limits_and_replaced_in_one_step() throws IOException {
        assertPrintsInOrder(FilesInOrder::run, """
                0.00 s  main: read one
                0.00 s  main: read two
                0.00 s  main: 1 file, 6 bytes
                0.00 s  main: more than 3 bytes are refused
                0.00 s  main: still there? false
                """);
    }

    @Test
    void other_programs_are_run_and_piped() throws IOException {
        assertPrintsInOrder(OtherPrograms::run, """
                0.00 s  main: no shell, so it said $HOME
                0.00 s  main: exit code 3
                0.00 s  main: 'sh' has ended with exit code 3: no such thing
                0.00 s  main: HELLO
                0.00 s  main: AND BYE
                0.00 s  main: exit code 0
                """);
    }

    @Test
    void first_signal_ends_the_program_in_order() throws IOException {
        assertPrintsInOrder(ToldToEnd::run, """
                0.00 s  server: closing
                0.00 s  outside: ended in order
                """);
    }

    @Test
    void task_locals_follow_the_caller_or_the_place() throws IOException {
        assertConfiguredPrints(TwoContexts::run, """
                0.00 s  main: [shop, request r-42] ordered
                0.00 s  main: [mailer, request none] no request here
                0.00 s  main/pack: [shop, request r-42] started here
                0.00 s  main/confirm: [mailer, request r-42] started here, for there
                """);
    }

    @Test
    void thread_locals_and_scoped_values_are_carried_over() throws IOException {
        assertConfiguredPrints(Carried::run, """
                0.00 s  first: log context r-42, user ann
                0.00 s  second: log context r-42, retried, user ann
                """);
    }

    @Test
    void task_tree_shows_who_waits_for_what() throws IOException {
        assertEquals(
                """
                        1 run, 5 tasks
                        GET /products/{id}            200.0 ms  600.0 ms left, runs
                        ├─ product (in parts)         200.0 ms  600.0 ms left, waits for a sleep
                        └─ price (in parts)           200.0 ms  600.0 ms left, waits for the tasks of nursery 'currencies'
                           ├─ euro (in currencies)    200.0 ms  600.0 ms left, waits for task 'GET /products/{id}/product'
                           └─ dollar (in currencies)  200.0 ms  600.0 ms left, waits for task 'GET /products/{id}/product'
                        """,
                Examples.outputOfConfigured(WhoDoesWhat::run));
    }

    @Test
    void swallowed_cancellation_and_dropped_error_are_told() throws IOException {
        assertConfiguredPrints(Swallowed::run, """
                main/poller: has swallowed 'its deadline passed 1000.0 ms after its start'
                main/writer: nobody will see java.io.IOException: disk full
                """);
    }

    @Test
    void deadlock_is_told_with_who_waits_for_what() throws IOException {
        assertEquals("""
                Run 'cafe' is in a deadlock: every task waits, and nothing is left that could wake one.
                1 run, 3 tasks
                cafe                    0.0 ms  waits for the tasks of nursery 'counter'
                ├─ guest (in counter)   0.0 ms  waits for the coffee
                └─ waiter (in counter)  0.0 ms  waits for the money
                """, Examples.outputOfConfigured(Deadlock::run));
    }

    @Test
    void one_article_is_dropped_and_the_rest_of_the_room_ends_in_its_order() throws IOException {
        assertPrints(Newsroom::run, """
                1.00 s  clock: strikes
                2.00 s  clock: strikes
                2.50 s  sports: dropped
                3.00 s  clock: strikes
                3.50 s  politics: done
                3.50 s  clock: stops
                3.70 s  archive: closed
                3.70 s  paper: printed
                """);
    }

    @Test
    void stations_fail_alone_and_report_again_until_they_are_given_up() throws IOException {
        assertPrints(WeatherStations::run, """
                0.00 s  summit: snow
                0.10 s  harbour: loose contact, again in 1 s
                0.30 s  valley: no answer, again in 1 s
                1.20 s  harbour: rain
                1.60 s  valley: no answer, again in 1 s
                2.90 s  valley: no answer, given up
                2.90 s  office: sends somebody to 1 station
                """);
    }

    @Test
    void simulation_finds_the_lost_update() throws IOException {
        String output = Examples.outputOfConfigured((_, out) -> LostUpdate.run(out));
        assertTrue(output.contains("java.lang.AssertionError: two were added, and there is 1"), output);
        assertTrue(output.contains("between looking and writing  → main/"), output);
    }

    @Test
    void settling_forgives_nothing_but_the_order_of_speakers_at_one_time() {
        assertEquals(Examples.settled("1.00 s  b: x\n1.00 s  a: y\n"),
                Examples.settled("1.00 s  a: y\n1.00 s  b: x\n"));
        assertNotEquals(Examples.settled("1.00 s  a: x\n1.00 s  a: y\n"),
                Examples.settled("1.00 s  a: y\n1.00 s  a: x\n"), "one speaker in another order");
        assertNotEquals(Examples.settled("1.00 s  a: x\n"), Examples.settled("1.01 s  a: x\n"));
    }
}
