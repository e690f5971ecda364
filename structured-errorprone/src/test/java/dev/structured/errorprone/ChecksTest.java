package dev.structured.errorprone;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.errorprone.CompilationTestHelper;
import com.google.errorprone.bugpatterns.BugChecker;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Each check on code that it must find, marked by a comment before the line, and on code that is right.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(300)
class ChecksTest {
    private static final String IMPORTS = """
            import dev.structured.core.*;
            import dev.structured.core.sync.*;
            import dev.structured.core.channel.*;
            import dev.structured.core.combine.*;
            import dev.structured.core.interop.*;
            import java.nio.file.Path;
            import java.util.List;
            import java.time.Duration;
            import java.util.concurrent.*;
            """;

    private static void check(Class<? extends BugChecker> check, String code) {
        CompilationTestHelper.newInstance(check, ChecksTest.class)
                .addSourceLines("Code.java", (IMPORTS + "class Code {\n" + code + "}\n").split("\n", -1))
                .doTest();
    }

    @Test
    void wait_in_finally() {
        check(WaitInFinally.class, """
                void run(Event event, SendChannel<String> out, Task<?> task) throws Exception {
                    try {
                        event.await();
                    } finally {
                        // BUG: Diagnostic contains: Cleanup.run
                        Checkpoints.sleep(Duration.ofSeconds(1));
                        // BUG: Diagnostic contains: Cleanup.run
                        if (!task.isDone()) task.awaitEnd();
                        // BUG: Diagnostic contains: Cleanup.run
                        out.send("end");
                    }
                }
                """);
    }

    @Test
    void loop_that_waits_in_finally() {
        check(WaitInFinally.class, """
                void run(ReceiveChannel<String> in, Results<String> results, List<String> list)
                        throws Exception {
                    try {
                        in.receive();
                    } finally {
                        for (String item : list) System.out.println(item);
                        list.forEach(System.out::println);
                        // BUG: Diagnostic contains: Cleanup.run
                        for (String item : in) System.out.println(item);
                        // BUG: Diagnostic contains: Cleanup.run
                        in.forEach(System.out::println);
                        // BUG: Diagnostic contains: Cleanup.run
                        for (String item : results) System.out.println(item);
                        // BUG: Diagnostic contains: Cleanup.run
                        results.forEach(System.out::println);
                    }
                }
                """);
    }

    @Test
    void wait_in_finally_before_code_is_run() {
        check(WaitInFinally.class,
                """
                        void run(TaskLock lock, CapacityLimiter limiter, Path file) throws Exception {
                            try {
                                lock.acquire();
                            } finally {
                                // BUG: Diagnostic contains: Cleanup.run
                                lock.run(() -> System.out.println("left"));
                                // BUG: Diagnostic contains: Cleanup.run
                                limiter.call(() -> 1);
                                // BUG: Diagnostic contains: Cleanup.run
                                Workers.shared().run(() -> {});
                                // BUG: Diagnostic contains: Cleanup.run
                                Blocking.run(() -> System.out.println("left"));
                                // BUG: Diagnostic contains: Cleanup.run
                                FileOps.delete(file);
                                // BUG: Diagnostic contains: Cleanup.run
                                Combine.map(List.of(1), 2, item -> item);
                                // BUG: Diagnostic contains: Cleanup.run
                                Subprocess.run("true");
                            }
                        }
                        """);
    }

    @Test
    void wait_in_finally_under_a_time_limit_or_in_a_nursery() {
        check(WaitInFinally.class, """
                void run(Event event, SendChannel<String> out, CancelScope scope) throws Exception {
                    try {
                        event.await();
                    } finally {
                        Timeouts.moveOnAfter(Duration.ofSeconds(1), () -> {
                            // BUG: Diagnostic contains: Cleanup.run
                            out.send("end");
                        });
                        // BUG: Diagnostic contains: Cleanup.run
                        Timeouts.failAfter(Duration.ofSeconds(1), event::await);
                        Nursery.run(nursery -> {
                            nursery.startSoon("later", () -> out.send("end"));
                            // BUG: Diagnostic contains: Cleanup.run
                            event.await();
                        });
                        out.feed(end -> {
                            // BUG: Diagnostic contains: Cleanup.run
                            end.send("end");
                        });
                        // BUG: Diagnostic contains: Cleanup.run
                        new CancelScope("end").withTimeout(Duration.ofSeconds(1)).run(event::await);
                        new CancelScope("end").withTimeout(Duration.ofSeconds(1)).withShield()
                                .run(() -> event.await());
                        scope.run(() -> event.await());
                        Timeouts.moveOnAfter(Duration.ofSeconds(1),
                                () -> Cleanup.run(Duration.ofSeconds(1), () -> out.send("end")));
                        Cleanup.run(Duration.ofSeconds(1),
                                () -> Timeouts.moveOnAfter(Duration.ofSeconds(1), () -> out.send("end")));
                    }
                }
                """);
    }

    @Test
    void wait_in_finally_in_what_feeds_a_channel_or_has_a_value() {
        check(WaitInFinally.class,
                """
                        void run(SendChannel<String> out, Broadcast<String> all, TaskLocal<String> local)
                                throws Exception {
                            try {
                                out.send("begin");
                            } finally {
                                out.feed(end -> {
                                    // BUG: Diagnostic contains: Cleanup.run
                                    end.send("end");
                                });
                                // BUG: Diagnostic contains: Cleanup.run
                                all.feed(() -> all.send("end"));
                                // BUG: Diagnostic contains: Cleanup.run
                                local.run("cleanup", () -> out.send("end"));
                            }
                        }
                        """);
    }

    @Test
    void clause_of_a_select_and_statistics_do_not_wait() {
        check(WaitInFinally.class, """
                void run(Select<String> select, ReceiveChannel<String> in) throws Exception {
                    try {
                        in.receive();
                    } finally {
                        select.receive(in, item -> item);
                        FileOps.statistics();
                        // BUG: Diagnostic contains: Cleanup.run
                        select.await();
                    }
                }
                """);
    }

    @Test
    void wait_in_finally_in_a_cleanup_and_what_does_not_wait_are_right() {
        check(WaitInFinally.class, """
                void run(Event event, SendChannel<String> out, CountDownLatch latch) throws Exception {
                    try {
                        event.await();
                    } finally {
                        Cleanup.run(Duration.ofSeconds(1), () -> out.send("end"));
                        event.set();
                        latch.await();
                    }
                    try {
                        event.set();
                    } catch (IllegalStateException e) {
                        event.await();
                    }
                }
                """);
    }

    @Test
    void swallowed_cancelled() {
        check(SwallowedCancelled.class, """
                void run(Event event) {
                    try {
                        event.await();
                    // BUG: Diagnostic contains: throw it again
                    } catch (Throwable e) {
                        System.err.println(e);
                    }
                    try {
                        event.await();
                    // BUG: Diagnostic contains: throw it again
                    } catch (Cancelled e) {
                    }
                    try {
                        event.await();
                    // BUG: Diagnostic contains: throw it again
                    } catch (RuntimeException | Error e) {
                        Runnable later = () -> { throw new IllegalStateException(e); };
                    }
                }
                """);
    }

    @Test
    void cancelled_that_is_thrown_again_or_not_caught_is_right() {
        check(SwallowedCancelled.class, """
                void run(Event event) {
                    try {
                        event.await();
                    } catch (Throwable e) {
                        System.err.println(e);
                        throw e;
                    }
                    try {
                        event.await();
                    } catch (RuntimeException | StackOverflowError e) {
                    }
                }
                """);
    }

    @Test
    void swallowed_cancelled_is_looked_for_where_the_library_is_used_only() {
        CompilationTestHelper.newInstance(SwallowedCancelled.class, ChecksTest.class)
                .addSourceLines("Other.java", "class Other {", "  void run() {", "    try {", "      run();",
                        "    } catch (Throwable e) {", "    }", "  }", "}")
                .doTest();
    }

    @Test
    void escaping_nursery() {
        check(EscapingNursery.class, """
                static Nursery kept;
                Nursery mine;
                void run(Code other) {
                    Nursery[] box = {null};
                    Code outside = new Code();
                    Nursery.run(nursery -> {
                        // BUG: Diagnostic contains: escapes
                        kept = nursery;
                        // BUG: Diagnostic contains: escapes
                        this.mine = nursery;
                        // BUG: Diagnostic contains: escapes
                        box[0] = nursery;
                        // BUG: Diagnostic contains: escapes
                        outside.mine = nursery;
                        // BUG: Diagnostic contains: escapes
                        other.mine = nursery;
                    });
                    // BUG: Diagnostic contains: escapes
                    Nursery late = Nursery.call(nursery -> nursery);
                    Nursery later = Nursery.call(nursery -> {
                        // BUG: Diagnostic contains: escapes
                        return nursery;
                    });
                }
                """);
    }

    @Test
    void nursery_that_stays_in_its_block_is_right() {
        check(EscapingNursery.class, """
                static final class Connections {
                    private final Nursery nursery;
                    Connections(Nursery nursery) {
                        this.nursery = nursery;
                    }
                    void open(String name) {
                        nursery.startSoon(name, () -> {});
                    }
                }
                void run() {
                    Nursery.run(nursery -> {
                        Nursery same = nursery;
                        new Connections(same).open("first");
                        Places places = new Places();
                        places.nursery = nursery;
                        start(nursery);
                    });
                }
                private static void start(Nursery nursery) {
                    nursery.startSoon("second", () -> {});
                }
                static final class Places {
                    Nursery nursery;
                }
                """);
    }

    @Test
    void thread_in_a_task() {
        check(ThreadInTask.class, """
                void run(Scheduler scheduler, ExecutorService pool, ScheduledExecutorService timer) {
                    Combine.race(() -> {
                        // BUG: Diagnostic contains: not a task
                        timer.schedule(() -> 1, 1, TimeUnit.SECONDS);
                        return 1;
                    });
                    scheduler.run("main", () -> Nursery.run(nursery -> {
                        // BUG: Diagnostic contains: not a task
                        Thread.startVirtualThread(() -> {});
                        nursery.startSoon("child", () -> {
                            // BUG: Diagnostic contains: not a task
                            new Thread(() -> {}).start();
                            // BUG: Diagnostic contains: not a task
                            CompletableFuture.supplyAsync(() -> 1);
                            // BUG: Diagnostic contains: not a task
                            pool.submit(() -> 1);
                            // BUG: Diagnostic contains: not a task
                            Thread.ofVirtual().start(() -> {});
                        });
                    }));
                }
                """);
    }

    @Test
    void thread_in_the_code_of_a_portal_a_stage_or_a_program() {
        check(ThreadInTask.class, """
                void run(Portal portal, Nursery nursery, ReceiveChannel<String> in) throws Exception {
                    portal.submit(() -> {
                        // BUG: Diagnostic contains: not a task
                        Thread.startVirtualThread(() -> {});
                    });
                    Stages.mapParallel(nursery, in, 2, item -> {
                        // BUG: Diagnostic contains: not a task
                        Thread.startVirtualThread(() -> {});
                        return item;
                    });
                    // BUG: Diagnostic contains: not a task
                    Stages.filter(nursery, in, item -> Thread.startVirtualThread(() -> {}).isAlive());
                    Subprocess.open(Command.of("cat"), process -> {
                        // BUG: Diagnostic contains: not a task
                        Thread.startVirtualThread(() -> {});
                        return process.awaitExit();
                    });
                    FileOps.withTempFile("a", file -> {
                        // BUG: Diagnostic contains: not a task
                        Thread.startVirtualThread(() -> {});
                        return file;
                    });
                }
                """);
    }

    @Test
    void thread_outside_a_task_is_right() {
        check(ThreadInTask.class, """
                void run(Scheduler scheduler) {
                    Thread thread = new Thread(() -> scheduler.run("main", () -> {}));
                    thread.start();
                    CompletableFuture.runAsync(() -> scheduler.run("main", Checkpoints::checkpoint));
                }
                """);
    }

    @Test
    void throwable_behind_a_catch_of_cancelled_is_right() {
        check(SwallowedCancelled.class, """
                void run(Event event) {
                    try {
                        event.await();
                    } catch (Cancelled cancelled) {
                        throw cancelled;
                    } catch (Throwable failure) {
                        System.out.println(failure);
                    }
                    try {
                        event.await();
                    } catch (IllegalStateException e) {
                        throw e;
                    // BUG: Diagnostic contains: throws nothing
                    } catch (Throwable failure) {
                        System.out.println(failure);
                    }
                }
                """);
    }

    @Test
    void compiler_finds_all_of_them() {
        Set<String> found = ServiceLoader.load(BugChecker.class).stream()
                .map(each -> each.type().getName())
                .filter(name -> name.startsWith("dev.structured."))
                .map(name -> name.substring(name.lastIndexOf('.') + 1))
                .collect(Collectors.toSet());
        assertEquals(Set.of("WaitInFinally", "SwallowedCancelled", "EscapingNursery", "ThreadInTask"), found);
    }
}
