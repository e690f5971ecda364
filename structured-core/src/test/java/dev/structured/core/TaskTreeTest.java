package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.structured.core.sync.Event;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TaskTreeTest extends KernelTest {
    /// A page that waits for its price, which waits for the product, which sleeps.
    private void page(Body<Exception> look) throws Exception {
        scheduler.run("page", () -> Timeouts.failAfter(seconds(2), () -> Nursery.run("parts", parts -> {
            Task<String> product = parts.startSoon("product", () -> {
                sleep(1.5);
                return "lamp";
            });
            parts.startSoon("price", () -> Nursery.run("currencies", currencies -> {
                currencies.startSoon("euro", product::await);
                currencies.startSoon("dollar", product::await);
            }));
            sleep(0.5);
            clock.settle();
            look.run();
        })));
    }

    @Test
    void text_shows_who_stands_in_what_and_waits_for_what() throws Exception {
        page(() -> assertEquals(
                """
                        1 run, 5 tasks
                        page                          500.0 ms  1500.0 ms left, runs
                        ├─ product (in parts)         500.0 ms  1500.0 ms left, waits for a sleep
                        └─ price (in parts)           500.0 ms  1500.0 ms left, waits for the tasks of nursery 'currencies'
                           ├─ euro (in currencies)    500.0 ms  1500.0 ms left, waits for task 'page/product'
                           └─ dollar (in currencies)  500.0 ms  1500.0 ms left, waits for task 'page/product'
                        """,
                TaskTree.of(scheduler).text()));
    }

    @Test
    void json_says_the_same_to_programs() throws Exception {
        page(() -> {
            JsonNode tree = new ObjectMapper().readTree(TaskTree.of(scheduler).json());
            assertEquals(1, tree.path("runs").asInt());
            assertEquals(5, tree.path("tasks").size());
            JsonNode root = tree.path("tasks").path(0);
            assertTrue(root.path("parent").isNull());
            assertTrue(root.path("nursery").isNull());
            JsonNode euro = tree.path("tasks").path(3);
            assertEquals("euro", euro.path("name").asText());
            assertEquals(2, euro.path("parent").asInt());
            assertEquals(2, euro.path("depth").asInt());
            assertEquals("currencies", euro.path("nursery").asText());
            assertEquals("running", euro.path("state").asText());
            assertEquals(500_000_000, euro.path("elapsedNanos").asLong());
            assertEquals(1_500_000_000, euro.path("timeLeftNanos").asLong());
            assertEquals("task 'page/product'", euro.path("waitsFor").asText());
            assertTrue(euro.path("cancelled").isNull());
            assertEquals("[\"parts\",\"failAfter\"]", root.path("scopes").toString());
            assertFalse(euro.has("stack"));
        });
    }

    @Test
    void names_that_would_break_json_are_written_as_codes() throws Exception {
        String name = "a \"b\" \\ \n \u0001 \ud800 \ud83d\ude00 ü";
        scheduler.run(name, () -> {
            JsonNode tree = new ObjectMapper().readTree(TaskTree.of(scheduler).json());
            assertEquals(name, tree.path("tasks").path(0).path("name").asText());
        });
    }

    @Test
    void cancelled_tasks_say_why() {
        scheduler.run("main", () -> Nursery.run("all", nursery -> {
            nursery.startSoon("stubborn", () -> {
                new CancelScope("shield").withShield().run(() -> sleep(10));
            });
            nursery.startSoon("other", () -> sleep(20));
            sleep(1);
            nursery.scope().cancel("enough");
            TaskTree tree = TaskTree.of(scheduler);
            assertEquals("enough", tree.tasks().getFirst().cancelled().text());
            assertNull(tree.tasks().get(1).cancelled(), "it does not see it in its shield");
            assertTrue(tree.text().contains(", cancelled: enough (by task 'main')"), tree.text());
        }));
    }

    @Test
    void system_tasks_stand_in_their_root() {
        scheduler.run("main", () -> {
            SystemTasks.startSoon("heartbeat", Checkpoints::sleepForever);
            clock.settle();
            TaskTree.Entry heartbeat = TaskTree.of(scheduler).tasks().get(1);
            assertEquals("heartbeat", heartbeat.name());
            assertEquals(0, heartbeat.parent());
            assertEquals("system", heartbeat.nursery());
        });
    }

    /// Two looks at a task that blocks in foreign code, which the library does not see, from the task beside
    /// it.
    private static TaskTree.Entry[] twoLooks(Scheduler real) {
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        var looks = new TaskTree.Entry[2];
        real.run("main", () -> Nursery.run(nursery -> {
            nursery.startSoon("in foreign code", () -> {
                begun.countDown();
                end.await();
            });
            begun.await();
            for (int i = 0; i < 2; i++) looks[i] = TaskTree.of(real).tasks().get(1);
            end.countDown();
        }));
        return looks;
    }

    @Test
    void time_of_a_task_that_nobody_watches_counts_from_the_first_look() {
        try (Scheduler real = Scheduler.open()) {
            TaskTree.Entry[] looks = twoLooks(real);
            assertEquals(Duration.ZERO, looks[0].elapsed());
            assertTrue(looks[1].elapsed().isPositive(), looks[1].toString());
        }
    }

    @Test
    void time_of_a_task_that_an_instrument_watches_counts_from_its_beginning() {
        try (Scheduler real = Scheduler.builder().instrument(new Instrument() {
        }).build()) {
            assertTrue(twoLooks(real)[0].elapsed().isPositive());
        }
    }

    @Test
    void stacks_are_there_on_request_from_any_thread() throws Exception {
        var blocked = new CountDownLatch(1);
        scheduler.run("main", () -> Nursery.run(nursery -> {
            nursery.startSoon("in foreign code", () -> blocked.await());
            TaskTree[] tree = {TaskTree.withStacks(scheduler)};
            while (!tree[0].text().contains("CountDownLatch.await")) {
                RealTest.giveWay();
                tree[0] = TaskTree.withStacks(scheduler);
            }
            RealTest.onOtherThread(() -> tree[0] = TaskTree.withStacks(scheduler));
            assertTrue(tree[0].json().contains("CountDownLatch.await"), tree[0].json());
            assertEquals("in foreign code", tree[0].tasks().get(1).name());
            assertNull(tree[0].tasks().get(1).waitsFor());
            blocked.countDown();
        }));
        assertEquals(List.of(), TaskTree.of(scheduler).tasks());
        assertEquals(0, TaskTree.of(scheduler).runs());
        assertEquals("0 runs, 0 tasks\n", TaskTree.of(scheduler).text());
    }

    @Test
    void tasks_that_look_alike_are_shown_as_three_and_a_number() {
        scheduler.run("server", () -> Nursery.run("connections", nursery -> {
            for (int i = 0; i < 10_000; i++) {
                int port = i;
                nursery.startSoon("connection " + i, () -> Nursery.run("both ways", both -> {
                    Task.current().note("port", "" + port);
                    both.startSoon("reads", Checkpoints::sleepForever);
                }));
            }
            nursery.startSoon("accepts", Checkpoints::sleepForever);
            clock.settle();
            List<String> lines = TaskTree.of(scheduler).text().lines().toList();
            assertEquals("1 run, 20002 tasks", lines.get(0));
            assertTrue(lines.get(2).startsWith("├─ connection 0 [port=0] (in connections)"), lines.get(2));
            assertTrue(lines.get(6).startsWith("├─ connection 2 "), lines.get(6));
            assertTrue(lines.get(7).startsWith("│  └─ reads (in both ways)"), lines.get(7));
            assertEquals("├─ … 9,997 more like this", lines.get(8));
            assertTrue(lines.get(9).startsWith("└─ accepts (in connections)"), lines.get(9));
            assertEquals(10, lines.size());
            nursery.scope().cancel();
        }));
    }

    @Test
    void nurseries_whose_names_differ_in_digits_look_alike() {
        scheduler.run("server", () -> Nursery.run("connections", nursery -> {
            for (int i = 0; i < 10; i++) {
                String name = "streams of connection " + i;
                nursery.startSoon("connection " + i, () -> Nursery.run(name, streams -> {
                    streams.startSoon("reads", Checkpoints::sleepForever);
                }));
            }
            clock.settle();
            String text = TaskTree.of(scheduler).text();
            assertTrue(text.endsWith("└─ … 7 more like this\n"), text);
            nursery.scope().cancel();
        }));
    }

    @Test
    void text_has_a_line_a_task_whatever_the_names_are() {
        scheduler.run("main\n1 run", () -> Nursery.run("all\r\nof them", nursery -> {
            nursery.startSoon("red \u001b[31m", () -> new Event("first\nsecond").await());
            clock.settle();
            assertEquals("""
                    1 run, 2 tasks
                    main?1 run                      0.0 ms  runs
                    └─ red ?[31m (in all??of them)  0.0 ms  waits for event 'first?second'
                    """, TaskTree.of(scheduler).text());
            nursery.scope().cancel("too\nlate");
            String text = TaskTree.of(scheduler).text();
            assertTrue(text.contains("cancelled: too?late"), text);
            assertEquals(3, text.lines().count(), text);
        }));
    }

    @Test
    void one_long_name_does_not_move_all_lines_to_the_right() {
        scheduler.run("main", () -> Nursery.run("n", nursery -> {
            nursery.startSoon("x".repeat(10_000), Checkpoints::sleepForever);
            nursery.startSoon("y", Checkpoints::sleepForever);
            clock.settle();
            List<String> lines = TaskTree.of(scheduler).text().lines().toList();
            assertTrue(lines.get(1).length() < 200, lines.get(1));
            assertTrue(lines.get(2).endsWith("x (in n)  0.0 ms  waits for a sleep"), "in full");
            assertTrue(lines.get(3).length() < 200, lines.get(3));
            nursery.scope().cancel();
        }));
    }

    @Test
    void few_that_look_alike_and_those_that_do_not_are_all_shown() {
        scheduler.run("main", () -> Nursery.run("n", nursery -> {
            for (int i = 0; i < 4; i++) nursery.startSoon("alike " + i, Checkpoints::sleepForever);
            for (int i = 0; i < 6; i++) {
                nursery.startSoon("x".repeat(i + 1), Checkpoints::sleepForever);
            }
            clock.settle();
            assertEquals(12, TaskTree.of(scheduler).text().lines().count());
            nursery.scope().cancel();
        }));
    }

    @Test
    void last_line_of_a_tree_may_be_of_those_that_are_not_shown() {
        scheduler.run("main", () -> Nursery.run("n", nursery -> {
            for (int i = 0; i < 5; i++) nursery.startSoon("alike " + i, Checkpoints::sleepForever);
            clock.settle();
            String text = TaskTree.of(scheduler).text();
            assertTrue(text.endsWith("└─ … 2 more like this\n"), text);
            assertFalse(text.substring(0, text.length() - 30).contains("└─"), text);
            nursery.scope().cancel();
        }));
    }

    @Test
    void deep_trees_are_shown_in_full_and_without_recursion() throws Exception {
        int depth = 3_000;
        scheduler.run("main", () -> deeper(depth, () -> {
            TaskTree tree = TaskTree.of(scheduler);
            assertEquals(depth + 1, tree.tasks().size());
            assertEquals(depth, tree.tasks().getLast().depth());
            assertTrue(tree.text().contains("… " + depth + " t"),
                    "the deepest task has its depth before its name");
            assertTrue(tree.text().length() < 300 * depth);
        }));
    }

    private static void deeper(int levels, Body<?> look) throws Exception {
        if (levels == 0) look.run();
        else
            Nursery.run("n", nursery -> nursery.startSoon("t", () -> deeper(levels - 1, look)));
    }

    @Test
    void nursery_counts_its_tasks_until_it_is_closed() {
        scheduler.run("main", () -> {
            Nursery[] leaked = new Nursery[1];
            Nursery.run(nursery -> {
                leaked[0] = nursery;
                assertEquals(new Nursery.Statistics(0, false), nursery.statistics());
                nursery.startSoon("sleeper", () -> sleep(1));
                nursery.startSoon("starter", () -> nursery.<String, Exception>start("slow", status -> {
                    sleep(2);
                    status.started("ready");
                }));
                clock.settle();
                assertEquals(new Nursery.Statistics(3, false), nursery.statistics());
            });
            assertEquals(new Nursery.Statistics(0, true), leaked[0].statistics());
        });
    }

    @Test
    void statistics_count_what_there_is() {
        assertEquals(new Scheduler.Statistics(0, 0, 0, 0, null), scheduler.statistics());
        scheduler.run("main", () -> Nursery.run(nursery -> {
            nursery.startSoon("sleeper", () -> sleep(3));
            nursery.startSoon("other", () -> sleep(5));
            clock.settle();
            assertEquals(new Scheduler.Statistics(1, 3, 2, 2, Duration.ofSeconds(3)), scheduler.statistics());
            nursery.scope().cancel();
        }));
    }
}
