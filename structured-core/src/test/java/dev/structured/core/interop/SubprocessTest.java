package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.BrokenException;
import dev.structured.core.Timeouts;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What goes into a program and what comes out of it, as a result or piece by piece. With real programs, in
/// real time; nothing here takes a second unless it is broken.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "The tests run POSIX programs")
class SubprocessTest extends ProgramFixture {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
    void end_of_long_errors_begins_with_a_whole_character() throws IOException {
        String errors = "\ud83d\ude00".repeat(400) + ".";
        Subprocess.Result result = Subprocess.run(sh("cat >&2; exit 1"), bytes(errors));
        String message = assertThrows(ExitCodeException.class, result::orThrow).getMessage();
        assertEquals("'sh' has ended with exit code 1: … " + "\ud83d\ude00".repeat(249) + ".", message);
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
        Subprocess.Result merged = Subprocess.run(command.withMergedErrors());
        assertTrue(merged.outText().endsWith("hi\nerr\n"));
        assertEquals("", merged.errorText());
        assertEquals("", Subprocess.run(command.withErrors(Redirect.DISCARD)).errorText());
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
                + " Allow more, or read it piece by piece.",
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

    @Nested
    class OutputElsewhere {
        @StructuredTest(realTime = true)
        void file_gets_the_output_and_is_replaced_or_continued() throws IOException {
            Path out = directory.resolve("out");
            Files.writeString(out, "former\n");
            Subprocess.Result first = Subprocess.run(sh("echo one").withOutput(Redirect.to(out.toFile())));
            Subprocess.run(sh("echo two").withOutput(Redirect.appendTo(out.toFile()))).orThrow();
            assertEquals("", first.orThrow().outText());
            assertEquals("one\ntwo\n", Files.readString(out));
        }

        @StructuredTest(realTime = true)
        void file_gets_the_errors_alone_or_with_the_output() throws IOException {
            Path file = directory.resolve("file");
            Command command = sh("echo out; echo err >&2");
            assertEquals("out\n",
                    Subprocess.run(command.withErrors(Redirect.to(file.toFile()))).outText());
            assertEquals("err\n", Files.readString(file));
            Subprocess.run(command.withMergedErrors().withOutput(Redirect.to(file.toFile())));
            assertEquals("out\nerr\n", Files.readString(file));
        }

        @StructuredTest(realTime = true)
        void channel_of_what_goes_elsewhere_is_empty() throws IOException {
            int exitCode = Subprocess.open(sh("echo out; echo err >&2; exit 4")
                    .withOutput(Redirect.DISCARD).withErrors(Redirect.DISCARD), process -> {
                        assertFalse(process.stdout().iterator().hasNext());
                        assertFalse(process.stderr().iterator().hasNext());
                        return process.awaitExit();
                    });
            assertEquals(4, exitCode);
        }

        /// What is inherited is that of a JVM, so it takes another JVM to see it.
        @StructuredTest(realTime = true)
        void program_may_write_where_this_jvm_writes() throws IOException {
            Subprocess.Result jvm = Subprocess.run(Command.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("java.class.path"), Inheriting.class.getName()));
            assertEquals("out\n", jvm.orThrow().outText());
            assertEquals("err\n", jvm.errorText());
        }

        @Test
        void redirect_that_is_read_from_is_refused() {
            Redirect from = Redirect.from(directory.toFile());
            assertTrue(assertThrows(IllegalArgumentException.class, () -> sh("").withOutput(from))
                    .getMessage().endsWith("Give Redirect.to(file) or Redirect.appendTo(file)."));
            assertThrows(IllegalArgumentException.class, () -> sh("").withErrors(from));
        }

        @StructuredTest(realTime = true)
        void file_that_cannot_be_opened_is_an_error() {
            Redirect nowhere = Redirect.to(directory.resolve("no/such").toFile());
            assertThrows(IOException.class, () -> Subprocess.run(sh("echo").withOutput(nowhere)));
        }
    }

    /// J9, for processes.
    @StructuredTest
    void clock_that_is_made_up_stands_still_while_a_program_runs(VirtualClock clock) throws IOException {
        assertEquals(0,
                Timeouts.failAfter(Duration.ofMillis(1), () -> Subprocess.run("sleep", "0.05")).exitCode());
        assertEquals(Duration.ZERO, clock.now());
    }

    /// Whatever a program has started in the background: the pipes are its own until its end, and not longer.
    @StructuredTest(realTime = true, limitMillis = 20_000)
    void pipes_that_somebody_else_keeps_open_hold_up_nobody() throws IOException {
        assertEquals("started\n", Subprocess.run(sh("sleep 25 & echo started")).outText());
    }

    /// The same for its input: more of it than fits into the pipe.
    @StructuredTest(realTime = true)
    void input_that_somebody_else_keeps_open_holds_up_nobody() throws IOException {
        Command command = sh("exec 3<&0; sleep 1000 <&3 > /dev/null 2>&1 & echo $!");
        byte[] much = new byte[2_000_000];
        endOrphan(Subprocess.run(command, much).outText());
        endOrphan(Subprocess.open(command, process -> {
            process.stdin().send(much);
            String orphan = text(process.stdout().receive());
            assertEquals(0, process.awaitExit());
            assertThrows(BrokenException.class, () -> {
                while (true)
                    process.stdin().send(much);
            });
            return orphan;
        }));
    }

    private static void endOrphan(String pid) {
        ProcessHandle orphan = ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
        assertTrue(orphan.isAlive());
        orphan.destroyForcibly();
    }

    @StructuredTest(realTime = true)
    void output_that_is_written_just_before_the_end_is_never_lost() throws IOException {
        for (int i = 0; i < 50; i++) {
            assertEquals("a\nb\n", Subprocess.run(sh("echo a; echo b")).outText());
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
        void end_of_a_line_does_not_count_for_its_length() throws IOException {
            assertEquals(List.of("1234", "", "12"), linesOf("printf '1234\\r\\n\\r\\n12\\r\\n'", 4));
            assertEquals(List.of("1234"), linesOf("printf '1234\\r'; sleep 0.02; printf '\\n'", 4));
            assertThrows(TooLargeException.class, () -> linesOf("printf '12345\\r\\n'", 4));
            assertThrows(TooLargeException.class, () -> linesOf("printf '1234\\r\\r\\n'", 4));
            assertThrows(TooLargeException.class,
                    () -> linesOf("printf '1234\\r'; sleep 0.02; printf '5\\n'", 4));
        }

        private static List<String> linesOf(String script, int longest) throws IOException {
            List<String> lines = new ArrayList<>();
            Subprocess.<@Nullable Void, IOException>open(sh(script), process -> {
                process.forEachLine(longest, lines::add);
                return null;
            });
            return lines;
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
            for (Exception mine : List.of(new IOException("mine"), new InterruptedException("mine"))) {
                AtomicReference<ProcessHandle> handle = new AtomicReference<>();
                assertSame(mine,
                        assertThrows(Exception.class, () -> Subprocess.open(sh("sleep 1000"), process -> {
                            handle.set(process.handle());
                            throw mine;
                        })));
                assertFalse(handle.get().isAlive());
            }
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
