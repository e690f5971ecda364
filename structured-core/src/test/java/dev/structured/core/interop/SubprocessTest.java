package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Timeouts;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// With real programs, in real time; nothing here takes a second unless it is broken.
@DisabledOnOs(OS.WINDOWS)
class SubprocessTest {
    private static final Duration LONG = Duration.ofSeconds(100);
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    Path directory;

    @AfterEach
    void no_thread_is_left() {
        assertEquals(0, LiveProcess.workers().statistics().running());
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (LiveProcess.workers().statistics().abandoned() > 0) {
            assertTrue(System.nanoTime() < end, "abandoned threads do not end");
            Thread.onSpinWait();
        }
    }

    private static Command sh(String script) {
        return Command.of("sh", "-c", script);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @StructuredTest(realTime = true)
    void output_errors_and_exit_code_are_the_result() throws IOException {
        Subprocess.Result result = Subprocess.run(sh("echo out; echo err >&2; exit 3"));
        assertEquals(3, result.exitCode());
        assertEquals("out\n", result.outText());
        assertArrayEquals(bytes("out\n"), result.out());
        assertEquals("err\n", result.errorText());
        ExitCodeException thrown = assertThrows(ExitCodeException.class, result::orThrow);
        assertEquals("'sh' has ended with exit code 3: err", thrown.getMessage());
        assertEquals(3, thrown.exitCode());
    }

    @StructuredTest(realTime = true)
    void words_reach_the_program_as_they_are() throws IOException {
        assertEquals("$HOME * a;b\n", Subprocess.run("echo", "$HOME", "*", "a;b").orThrow().outText());
    }

    @StructuredTest(realTime = true)
    void directory_environment_and_errors_are_as_told() throws IOException {
        Command command = sh("pwd; echo $GREETING; echo err >&2").withDirectory(directory.toRealPath())
                .withVariable("GREETING",
                        "hi");
        assertEquals(directory.toRealPath() + "\nhi\n", Subprocess.run(command).outText());
        Subprocess.Result merged = Subprocess.run(command.withErrors(Command.Errors.MERGE));
        assertTrue(merged.outText().endsWith("hi\nerr\n"));
        assertEquals("", merged.errorText());
        assertEquals("", Subprocess.run(command.withErrors(Command.Errors.DISCARD)).errorText());
        Command bare = Command.of("/usr/bin/env").withoutInheritedEnvironment().withVariable("ONLY", "this");
        assertEquals("ONLY=this\n", Subprocess.run(bare).outText());
    }

    @StructuredTest(realTime = true)
    void large_input_and_output_do_not_wait_for_each_other() throws IOException {
        byte[] much = new byte[2_000_000];
        new Random(1).nextBytes(much);
        assertArrayEquals(much, Subprocess.run(Command.of("cat"), much).orThrow().out());
    }

    @StructuredTest(realTime = true)
    void program_need_not_read_its_input() throws IOException {
        assertEquals(0, Subprocess.run(Command.of("true"), new byte[2_000_000]).exitCode());
    }

    @StructuredTest(realTime = true)
    void too_much_output_ends_the_program() {
        assertEquals("The output of 'yes' has more than the 1000 bytes that the caller allows."
                + " Allow more, or take it piece by piece.",
                assertThrows(TooLargeException.class,
                        () -> Subprocess.run(Command.of("yes").withLimit(1_000)))
                        .getMessage());
    }

    @StructuredTest(realTime = true)
    void program_that_is_not_there_is_an_error() {
        assertThrows(IOException.class, () -> Subprocess.run("no-such-program-anywhere"));
    }

    @Test
    void command_without_a_program_and_negative_limits_are_refused() {
        assertThrows(IllegalArgumentException.class, Command::of);
        assertThrows(IllegalArgumentException.class, () -> Command.of("true").withLimit(-1));
        assertThrows(IllegalArgumentException.class,
                () -> Command.of("true").withGrace(Duration.ofNanos(-1)));
    }

    /// J9, for processes.
    @StructuredTest
    void clock_that_is_made_up_stands_still_while_a_program_runs(VirtualClock clock) throws IOException {
        assertEquals(0,
                Timeouts.failAfter(Duration.ofMillis(1), () -> Subprocess.run("sleep", "0.05")).exitCode());
        assertEquals(Duration.ZERO, clock.now());
    }

    /// Whatever a program has started in the background: the pipes are its own until its end, and not longer.
    @StructuredTest(realTime = true, limitMillis = 2_500)
    void pipes_that_somebody_else_keeps_open_hold_up_nobody() throws IOException {
        assertEquals("started\n", Subprocess.run(sh("sleep 3 & echo started")).outText());
    }

    @StructuredTest(realTime = true)
    void output_that_is_written_just_before_the_end_is_never_lost() throws IOException {
        for (int i = 0; i < 50; i++) {
            assertEquals("a\nb\n", Subprocess.run(sh("echo a; echo b")).outText());
        }
    }

    @Nested
    class Cancelling {
        private ProcessHandle cancelledIn(Command command, String untilItSays) throws IOException {
            AtomicReference<ProcessHandle> handle = new AtomicReference<>();
            CancelScope scope = new CancelScope();
            scope.run(() -> Subprocess.<@Nullable Void, IOException>open(command, process -> {
                handle.set(process.handle());
                if (!untilItSays.isEmpty())
                    assertEquals(untilItSays + "\n", text(process.stdout().receive()));
                scope.cancel();
                Checkpoints.sleepForever();
                return null;
            }));
            assertTrue(scope.absorbedCancellation());
            assertFalse(handle.get().isAlive());
            return handle.get();
        }

        @StructuredTest(realTime = true)
        void program_that_is_run_is_ended() throws IOException {
            assertTrue(Timeouts.moveOnAfter(SHORT, () -> Subprocess.run("sleep", "1000")).isCancelled());
        }

        @StructuredTest(realTime = true)
        void it_is_asked_first_and_may_clean_up() throws IOException {
            cancelledIn(sh("trap 'echo bye > " + directory.resolve("said") + "; exit' TERM; echo ready;"
                    + " while :; do sleep 0.01; done").withGrace(LONG), "ready");
            assertEquals("bye\n", Files.readString(directory.resolve("said")));
        }

        @StructuredTest(realTime = true)
        void who_does_not_listen_is_killed_after_the_grace() throws IOException {
            cancelledIn(sh("trap '' TERM; echo ready; while :; do sleep 0.01; done").withGrace(SHORT),
                    "ready");
        }

        @StructuredTest(realTime = true)
        void what_it_has_started_is_ended_too() throws IOException {
            AtomicReference<ProcessHandle> grandchild = new AtomicReference<>();
            CancelScope scope = new CancelScope();
            scope.run(() -> Subprocess.<@Nullable Void, IOException>open(
                    sh("sh -c 'trap \"\" TERM; while :; do sleep 0.01; done' & echo $!; wait")
                            .withGrace(SHORT),
                    process -> {
                        String said = text(process.stdout().receive()).strip();
                        grandchild.set(ProcessHandle.of(Long.parseLong(said)).orElseThrow());
                        scope.cancel();
                        Checkpoints.sleepForever();
                        return null;
                    }));
            grandchild.get().onExit().join();
        }

        @StructuredTest(realTime = true)
        void writer_that_is_held_up_does_not_hold_up_the_end() throws IOException {
            CancelScope scope = new CancelScope();
            scope.run(() -> Subprocess.<@Nullable Void, IOException>open(Command.of("sleep", "1000"),
                    process -> {
                        process.stdin().send(new byte[1_000_000]);
                        scope.cancel();
                        Checkpoints.sleepForever();
                        return null;
                    }));
            assertTrue(scope.absorbedCancellation());
        }

        @StructuredTest(realTime = true)
        void who_writes_much_while_it_ends_is_not_held_up_by_the_pipe() throws IOException {
            cancelledIn(sh("trap 'head -c 1000000 /dev/zero; exit' TERM; echo ready;"
                    + " while :; do sleep 0.01; done").withGrace(LONG), "ready");
        }
    }

    @Nested
    class Blocks {
        @StructuredTest(realTime = true)
        void pipes_are_channels() throws IOException {
            int exitCode = Subprocess.open(Command.of("cat"), process -> {
                process.stdin().send(bytes("hello"));
                assertEquals("hello", text(process.stdout().receive()));
                process.stdin().send(bytes("again"));
                assertEquals("again", text(process.stdout().receive()));
                process.stdin().close();
                assertFalse(process.stdout().iterator().hasNext());
                assertFalse(process.stderr().iterator().hasNext());
                return process.awaitExit();
            });
            assertEquals(0, exitCode);
        }

        @StructuredTest(realTime = true)
        void lines_are_whole_however_they_come() throws IOException {
            List<String> lines = new ArrayList<>();
            Subprocess.<@Nullable Void, IOException>open(
                    sh("printf 'on'; sleep 0.02; printf 'e\\ntwo\\r\\n\\nfour'"), process -> {
                        process.forEachLine(10, lines::add);
                        return null;
                    });
            assertEquals(List.of("one", "two", "", "four"), lines);
            assertTrue(assertThrows(TooLargeException.class,
                    () -> Subprocess.<@Nullable Void, IOException>open(sh("echo 12345"), process -> {
                        process.forEachLine(4, lines::add);
                        return null;
                    })).getMessage().startsWith("Line 1 of 'sh', process "));
        }

        @StructuredTest(realTime = true)
        void line_that_is_not_utf_8_is_named_and_those_before_it_are_delivered() throws IOException {
            List<String> lines = new ArrayList<>();
            MalformedTextException thrown = assertThrows(MalformedTextException.class,
                    () -> Subprocess.<@Nullable Void, IOException>open(
                            sh("printf 'one\\ntwo\\nth\\377ree\\n'"), process -> {
                                process.forEachLine(10, lines::add);
                                return null;
                            }));
            assertEquals(List.of("one", "two"), lines);
            assertEquals(3, thrown.line());
            assertTrue(thrown.getMessage().startsWith("Line 3 of 'sh', process "), thrown.getMessage());
        }

        @StructuredTest(realTime = true)
        void block_that_leaves_early_ends_a_program_that_goes_on_writing() throws IOException {
            ProcessHandle[] handle = new ProcessHandle[1];
            byte first = Subprocess.open(Command.of("yes"), process -> {
                handle[0] = process.handle();
                return process.stdout().receive()[0];
            });
            assertEquals('y', first);
            assertFalse(handle[0].isAlive());
        }

        @StructuredTest(realTime = true)
        void block_that_leaves_early_kills_a_program_that_stays_when_the_grace_is_over() throws IOException {
            ProcessHandle[] handle = new ProcessHandle[1];
            String first = Subprocess.open(
                    sh("trap '' TERM PIPE; echo begun; while :; do sleep 0.05; done")
                            .withGrace(Duration.ofMillis(200)),
                    process -> {
                        handle[0] = process.handle();
                        return new String(process.stdout().receive(), StandardCharsets.UTF_8);
                    });
            assertEquals("begun\n", first);
            assertFalse(handle[0].isAlive());
        }

        @StructuredTest(realTime = true)
        void block_that_leaves_early_lets_what_it_has_sent_be_read() throws IOException {
            Path copy = Files.createTempFile("copy", null);
            Subprocess.<@Nullable Void, IOException>open(sh("sleep 0.1; cat > '" + copy + "'"), process -> {
                process.stdin().send("all of it".getBytes(StandardCharsets.UTF_8));
                return null;
            });
            assertEquals("all of it", Files.readString(copy));
            Files.delete(copy);
        }

        @StructuredTest(realTime = true)
        void block_that_leaves_without_reading_lets_the_program_come_to_its_end() throws IOException {
            assertEquals("left",
                    Subprocess.open(sh("head -c 3000000 /dev/zero; echo done >&2"), process -> "left"));
        }

        @StructuredTest(realTime = true)
        void failure_of_the_block_comes_out_as_itself_and_ends_the_program() {
            IOException mine = new IOException("mine");
            AtomicReference<ProcessHandle> handle = new AtomicReference<>();
            assertSame(mine,
                    assertThrows(IOException.class, () -> Subprocess.open(sh("sleep 1000"), process -> {
                        handle.set(process.handle());
                        throw mine;
                    })));
            assertFalse(handle.get().isAlive());
        }

        @StructuredTest(realTime = true)
        void writer_is_told_that_the_program_has_ended() throws IOException {
            assertThrows(BrokenException.class, () -> Subprocess.open(Command.of("true"), process -> {
                process.awaitExit();
                while (true)
                    process.stdin().send(new byte[100_000]);
            }));
        }

        @StructuredTest(realTime = true)
        void program_can_be_asked_to_end() throws IOException {
            int exitCode = Subprocess.open(Command.of("sleep", "1000"), process -> {
                process.terminate();
                return process.awaitExit();
            });
            assertEquals(128 + 15, exitCode);
        }
    }
}
