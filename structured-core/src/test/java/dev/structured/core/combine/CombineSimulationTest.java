package dev.structured.core.combine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Action;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Fn;
import dev.structured.core.ScopeResult;
import dev.structured.core.ValueBody;
import dev.structured.testing.Simulation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Whatever the order of steps, and wherever the caller is cancelled: what a body returns goes to the caller
/// or is discarded, once; nothing goes on after the call. In a thousand different orders each. One thread
/// runs at a time, so the tests' own state needs no locks.
class CombineSimulationTest {
    private static final int SEEDS = 1_000;

    private static void check(Action<Simulation, ?> body) {
        assertTrue(Simulation.check(SEEDS, body).schedules() > SEEDS / 20, "hardly any different orders");
    }

    /// What is made by bodies, and where it goes.
    private static final class Books {
        private final Simulation simulation;
        int running;
        int most;
        int next;
        final List<Integer> made = new ArrayList<>();
        final List<Integer> taken = new ArrayList<>();
        final List<Integer> discarded = new ArrayList<>();
        int errors;

        Books(Simulation simulation) {
            this.simulation = simulation;
        }

        /// Takes its time, and then throws, or makes something, sometimes in a way that nobody can stop.
        int make(boolean mayFail) throws IOException {
            most = Math.max(most, ++running);
            try {
                int kind = simulation.random().nextInt(4);
                if (kind == 0) Checkpoints.checkpoint();
                if (kind == 1) Checkpoints.sleep(Duration.ofMillis(1 + simulation.random().nextInt(3)));
                if (kind == 2)
                    new CancelScope().withShield().run(() -> Checkpoints.sleep(Duration.ofMillis(2)));
                if (mayFail && simulation.random().nextInt(3) == 0) throw new IOException("refused");
                simulation.point("something is made");
                made.add(++next);
                return next;
            } finally {
                running--;
            }
        }

        /// Gets rid of something, which may take a while.
        void discard(int thing) throws IOException {
            if (simulation.random().nextBoolean()) Checkpoints.checkpoint();
            discarded.add(thing);
            if (simulation.random().nextInt(5) == 0) throw new IOException("cannot close");
        }

        void balance() {
            assertEquals(0, running, "still running");
            List<Integer> gone = new ArrayList<>(taken);
            gone.addAll(discarded);
            assertEquals(made.stream().sorted().toList(), gone.stream().sorted().toList(),
                    "made, and taken or discarded");
        }
    }

    /// Runs the body in a scope that is cancelled somewhere, or is not.
    private static <T> @Nullable ScopeResult<T> somewhere(Simulation simulation, Books books,
            ValueBody<T, IOException> body)
            throws Exception {
        CancelScope scope = new CancelScope("caller");
        if (simulation.random().nextInt(4) > 0) simulation.cancelAnywhere(scope);
        List<ScopeResult<T>> results = new ArrayList<>();
        simulation.run(() -> {
            try {
                results.add(scope.call(body));
            } catch (AllFailedException | IOException e) {
                books.errors++;
            }
            assertEquals(0, books.running, "outlives the call");
        });
        return results.isEmpty() ? null : results.getFirst();
    }

    private static List<ValueBody<Integer, IOException>> bodies(Books books, boolean mayFail) {
        return IntStream.range(0, 3).<ValueBody<Integer, IOException>>mapToObj(_ -> () -> books.make(mayFail))
                .toList();
    }

    @Test
    void race_loses_nothing_and_leaves_nothing() throws Exception {
        int[] won = new int[3];
        check(simulation -> {
            Books books = new Books(simulation);
            ScopeResult<Integer> result = somewhere(simulation, books,
                    () -> Combine.race(bodies(books, true), books::discard));
            if (result instanceof ScopeResult.Completed<Integer>(Integer value)) books.taken.add(value);
            won[result == null ? 0 : result.isCancelled() ? 1 : 2]++;
            books.balance();
            if (result == null) assertEquals(0, books.made.size(), "all failed");
        });
        for (int count : won)
            assertTrue(count > 10, "failed, cancelled, won: " + List.of(won[0], won[1], won[2]));
    }

    @Test
    void hedge_loses_nothing_and_spends_what_it_says() throws Exception {
        check(simulation -> {
            Books books = new Books(simulation);
            int[] attempts = {0};
            int tokens = 1 + simulation.random().nextInt(4);
            Budget budget = new Budget(0, tokens);
            HedgePolicy policy = HedgePolicy.of(3, Duration.ofMillis(simulation.random().nextInt(3)))
                    .withBudget(budget);
            ScopeResult<Integer> result = somewhere(simulation, books, () -> Combine.hedge(policy, _ -> {
                attempts[0]++;
                return books.make(true);
            }, books::discard));
            if (result instanceof ScopeResult.Completed<Integer>(Integer value)) books.taken.add(value);
            books.balance();
            Budget.Statistics spent = budget.statistics();
            assertEquals(tokens, spent.tokens() + spent.granted(), "tokens");
            assertTrue(attempts[0] <= 3, "cap");
            assertTrue(attempts[0] <= spent.calls() + spent.granted(), "paid for");
            if (result == null) assertEquals(attempts[0], spent.calls() + spent.granted(), "all were made");
        });
    }

    /// However soon one attempt begins after the other: the last one is reached.
    @Test
    void hedge_goes_on_until_its_last_attempt() throws Exception {
        int attempts = 5;
        check(simulation -> {
            HedgePolicy policy = HedgePolicy.of(attempts, Duration.ofMillis(simulation.random().nextInt(2)));
            simulation.run(() -> assertEquals(attempts, Combine.<Integer>hedge(policy, number -> {
                if (number < attempts) Checkpoints.sleepForever();
                return number;
            })));
        });
    }

    @Test
    void retry_spends_one_token_for_each_further_attempt() throws Exception {
        check(simulation -> {
            Books books = new Books(simulation);
            int[] attempts = {0};
            int tokens = 1 + simulation.random().nextInt(4);
            Budget budget = new Budget(0, tokens);
            RetryPolicy policy = RetryPolicy.of(4, Duration.ofMillis(1), Duration.ofMillis(3))
                    .withRandom(simulation.random())
                    .withBudget(budget);
            ScopeResult<Integer> result = somewhere(simulation, books, () -> Combine.retry(policy, number -> {
                assertEquals(++attempts[0], number);
                return books.make(simulation.random().nextBoolean());
            }));
            Budget.Statistics spent = budget.statistics();
            assertEquals(tokens, spent.tokens() + spent.granted(), "tokens");
            assertEquals(attempts[0], spent.calls() + spent.granted(), "attempts and what was paid for them");
            assertTrue(attempts[0] <= 4 && books.most <= 1);
            if (result instanceof ScopeResult.Completed<Integer>(Integer value))
                assertEquals(books.made, List.of(value));
        });
    }

    @Test
    void retries_and_hedges_of_several_tasks_share_what_there_is() throws Exception {
        check(simulation -> {
            int[] attempts = {0};
            Budget budget = new Budget(0.5, 2);
            RetryPolicy retry = RetryPolicy.of(3, Duration.ofMillis(1), Duration.ofMillis(2))
                    .withRandom(simulation.random())
                    .withBudget(budget);
            HedgePolicy hedge = HedgePolicy.of(3, Duration.ofMillis(1)).withBudget(budget);
            ValueBody<Integer, IOException> failing = () -> {
                attempts[0]++;
                Checkpoints.checkpoint();
                throw new IOException("refused");
            };
            simulation.run(() -> Combine.settled(List.of(() -> Combine.retry(retry, failing),
                    () -> Combine.hedge(hedge, failing), () -> Combine.retry(retry, failing))));
            Budget.Statistics spent = budget.statistics();
            assertEquals(3, spent.calls());
            assertEquals(attempts[0], spent.calls() + spent.granted());
            assertTrue(spent.granted() <= 3 && spent.granted() >= 2, spent.toString());
        });
    }

    @Test
    void asCompleted_gives_each_end_once_and_discards_what_is_left() throws Exception {
        check(simulation -> {
            Books books = new Books(simulation);
            int most = simulation.random().nextInt(5);
            int[] failed = {0};
            somewhere(simulation, books, () -> {
                Combine.asCompleted(bodies(books, true), results -> {
                    for (Settled<Integer> end : results) {
                        if (end instanceof Settled.Succeeded<Integer>(Integer value)) books.taken.add(value);
                        else
                            failed[0]++;
                        if (books.taken.size() + failed[0] >= most) break;
                        Checkpoints.checkpoint();
                    }
                }, books::discard);
                return true;
            });
            books.balance();
            assertTrue(books.taken.size() + failed[0] <= Math.max(1, most));
        });
    }

    @Test
    void mapped_results_keep_order_and_limit_and_none_is_lost() throws Exception {
        check(simulation -> map(simulation, true));
    }

    @Test
    void mapped_results_as_they_come_keep_the_limit_and_none_is_lost() throws Exception {
        check(simulation -> map(simulation, false));
    }

    private static void map(Simulation simulation, boolean ordered) throws Exception {
        Books books = new Books(simulation);
        int limit = 1 + simulation.random().nextInt(2);
        int items = 5;
        int enough = 1 + simulation.random().nextInt(7);
        int[] asked = {0};
        int[] handed = {0};
        List<Integer> order = new ArrayList<>();
        int[] itemOf = new int[items + 1];
        Iterable<Integer> source = () -> IntStream.rangeClosed(1, items).peek(_ -> {
            asked[0]++;
            assertTrue(asked[0] - handed[0] <= 2 * limit, "ran ahead");
        }).iterator();
        Fn<Integer, Integer, ?> mapper = item -> {
            int thing = books.make(false);
            itemOf[thing] = item;
            return thing;
        };
        Action<Results<Integer>, ?> block = results -> {
            var iterator = results.iterator();
            while (handed[0] < enough && iterator.hasNext()) {
                handed[0]++; // before it is taken: as soon as it is another item may begin
                int thing = iterator.next();
                books.taken.add(thing);
                order.add(itemOf[thing]);
                if (simulation.random().nextBoolean()) Checkpoints.checkpoint();
            }
        };
        ScopeResult<Boolean> result = somewhere(simulation, books, () -> {
            if (ordered) Combine.mapOrdered(source, limit, mapper, block, books::discard);
            else
                Combine.mapUnordered(source, limit, mapper, block, books::discard);
            return true;
        });
        // A checkpoint of next() may have thrown after it was counted: nothing was taken then.
        books.balance();
        assertTrue(books.most <= limit, "limit " + limit + ", running " + books.most);
        if (ordered) assertEquals(IntStream.rangeClosed(1, order.size()).boxed().toList(), order);
        if (result != null && !result.isCancelled()) assertEquals(Math.min(enough, items), order.size());
    }

    @Test
    void list_of_a_map_is_complete_or_not_there() throws Exception {
        check(simulation -> {
            Books books = new Books(simulation);
            ScopeResult<List<Integer>> result = somewhere(simulation, books,
                    () -> Combine.map(List.of(1, 2, 3, 4), 2, item -> books.make(false) * 0 + item));
            assertTrue(books.most <= 2);
            if (result instanceof ScopeResult.Completed<List<Integer>>(List<Integer> list))
                assertEquals(List.of(1, 2, 3, 4), list);
        });
    }

    @Test
    void all_and_settled_leave_nothing() throws Exception {
        check(simulation -> {
            Books books = new Books(simulation);
            boolean settled = simulation.random().nextBoolean();
            ScopeResult<Integer> result = somewhere(simulation, books,
                    () -> settled
                            ? Combine.settled(bodies(books, true)).size()
                            : Combine.all(bodies(books, false)).size());
            if (result instanceof ScopeResult.Completed<Integer>(Integer size)) {
                assertEquals(3, size);
                if (!settled) assertEquals(3, books.made.size());
            }
        });
    }
}
