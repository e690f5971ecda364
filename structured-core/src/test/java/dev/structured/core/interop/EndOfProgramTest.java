package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Timeouts;
import dev.structured.testing.StructuredTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// How a program is ended, and those that it has started: by a signal, by a cancellation, with its session.
/// With real programs, in real time; nothing here takes a second unless it is broken.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "The tests run POSIX programs")
class EndOfProgramTest extends ProgramFixture {
    @Nested
    class SendingSignals {
        private static String trapping(String signal) {
            return "trap 'echo " + signal + "; exit 7' " + signal
                    + "; echo ready; while :; do sleep 0.01; done";
        }

        @StructuredTest(realTime = true)
        void each_signal_reaches_the_program() throws IOException {
            for (Signal signal : EnumSet.complementOf(EnumSet.of(Signal.KILL))) {
                Subprocess.<@Nullable Void, IOException>open(sh(trapping(signal.name())), process -> {
                    assertEquals("ready\n", text(process.stdout().receive()));
                    process.signal(signal);
                    assertEquals(signal.name() + "\n", text(process.stdout().receive()));
                    assertEquals(7, process.awaitExit());
                    return null;
                });
            }
        }

        @StructuredTest(realTime = true)
        void signal_that_the_program_does_not_handle_ends_it() throws IOException {
            for (Signal signal : List.of(Signal.KILL, Signal.USR1)) {
                int exitCode = Subprocess.open(Command.of("sleep", "1000"), process -> {
                    process.signal(signal);
                    return process.awaitExit();
                });
                assertEquals(signal.exitCode(), exitCode);
            }
        }

        @StructuredTest(realTime = true)
        void program_that_has_ended_gets_none() throws IOException {
            int exitCode = Subprocess.open(Command.of("true"), process -> {
                int code = process.awaitExit();
                process.signal(Signal.INT);
                return code;
            });
            assertEquals(0, exitCode);
        }

        @StructuredTest(realTime = true)
        void stop_signal_asks_in_place_of_term() throws IOException {
            Path said = directory.resolve("said");
            CancelScope scope = new CancelScope();
            scope.run(() -> Subprocess.<@Nullable Void, IOException>open(
                    sh("trap '' TERM; trap 'echo bye > " + said + "; exit' QUIT; echo ready;"
                            + " while :; do sleep 0.01; done").withStopSignal(Signal.QUIT).withGrace(LONG),
                    process -> {
                        assertEquals("ready\n", text(process.stdout().receive()));
                        scope.cancel();
                        Checkpoints.sleepForever();
                        return null;
                    }));
            assertEquals("bye\n", Files.readString(said));
        }
    }

    @Nested
    @EnabledOnOs(value = OS.LINUX, disabledReason = "setsid is a program of Linux")
    class Sessions {
        /// Starts a grandchild whose parent ends at once, so that it is nobody's descendant any more.
        private static final String ORPHAN = "pid=$(sh -c '%s; while :; do sleep 0.01; done'"
                + " > /dev/null & echo $!); echo $pid;";

        private ProcessHandle grandchild(Command command, boolean cancel) throws IOException {
            AtomicReference<ProcessHandle> orphan = new AtomicReference<>();
            CancelScope scope = new CancelScope();
            scope.run(() -> Subprocess.<@Nullable Void, IOException>open(command, process -> {
                long pid = Long.parseLong(text(process.stdout().receive()).strip());
                orphan.set(ProcessHandle.of(pid).orElseThrow());
                assertFalse(process.handle().descendants().anyMatch(orphan.get()::equals));
                if (!cancel) {
                    process.awaitExit();
                    return null;
                }
                scope.cancel();
                Checkpoints.sleepForever();
                return null;
            }));
            return orphan.get();
        }

        private static boolean lives(ProcessHandle process) {
            ProcessStat stat = ProcessStat.of(process.pid());
            return process.isAlive() && stat != null && !stat.hasEnded();
        }

        @StructuredTest(realTime = true)
        void grandchild_without_a_parent_is_gone_when_the_call_is_cancelled() throws IOException {
            Command command = sh(ORPHAN.formatted(":") + " sleep 1000").withGrace(LONG);
            assertFalse(lives(grandchild(command.withOwnSession(), true)));
        }

        @StructuredTest(realTime = true)
        void grandchild_is_gone_when_the_program_has_come_to_its_end() throws IOException {
            Command command = sh(ORPHAN.formatted(":")).withGrace(LONG);
            assertFalse(lives(grandchild(command.withOwnSession(), false)));
        }

        @StructuredTest(realTime = true)
        void grandchild_that_ignores_the_signal_is_killed_after_the_grace() throws IOException {
            Command command = sh(ORPHAN.formatted("trap \"\" TERM") + " sleep 1000").withGrace(SHORT);
            assertFalse(lives(grandchild(command.withOwnSession(), true)));
        }

        @StructuredTest(realTime = true)
        void program_that_is_only_run_leaves_nothing_in_the_background() throws IOException {
            String pid = Subprocess.run(sh("sleep 1000 & echo $!").withOwnSession()).orThrow().outText();
            assertTrue(ProcessHandle.of(Long.parseLong(pid.strip())).filter(Sessions::lives).isEmpty());
        }

        /// What the documentation says cannot be done.
        @StructuredTest(realTime = true)
        void grandchild_lives_on_without_a_session_or_in_one_of_its_own() throws IOException {
            ProcessHandle orphan = grandchild(sh(ORPHAN.formatted(":") + " sleep 1000"), true);
            assertTrue(lives(orphan));
            orphan.destroyForcibly();
            Command daemon = sh("pid=$(setsid sh -c 'echo $$; exec sleep 1000 > /dev/null' &); echo $pid");
            ProcessHandle left = grandchild(daemon.withOwnSession(), false);
            assertTrue(lives(left));
            left.destroyForcibly();
        }

        @StructuredTest(realTime = true)
        void words_directory_environment_and_exit_code_are_as_without_a_session() throws IOException {
            Path here = directory.toRealPath();
            Path script = here.resolve("script");
            Files.writeString(script, "#!/bin/sh\npwd; echo \"$1\" $GREETING; exit 3\n");
            assertTrue(script.toFile().setExecutable(true));
            Command command = Command.of("./script", "$HOME *").withDirectory(here)
                    .withVariable("GREETING", "hi");
            Subprocess.Result without = Subprocess.run(command);
            Subprocess.Result with = Subprocess.run(command.withOwnSession());
            assertEquals(here + "\n$HOME * hi\n", without.outText());
            assertEquals(without.outText(), with.outText());
            assertEquals(3, with.exitCode());
        }

        @StructuredTest(realTime = true)
        void program_that_is_not_there_is_an_error_as_without_a_session() {
            for (String none : List.of("no-such-program-anywhere", "./no-such-program", "/tmp")) {
                Command command = Command.of(none).withDirectory(directory).withOwnSession();
                assertTrue(assertThrows(IOException.class, () -> Subprocess.run(command)).getMessage()
                        .startsWith("Cannot run program \"" + none + "\""));
            }
        }

        @Test
        void name_of_a_process_may_hold_parentheses_and_spaces() {
            assertEquals(new ProcessStat('Z', 42), ProcessStat.parsed("7 (a) R (b) ) Z 1 41 42 0 -1 4"));
            assertNull(ProcessStat.parsed("nonsense"));
            assertNull(ProcessStat.parsed("7 (a) Z 1"));
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
}
