package dev.structured.core.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.core.interop.Command;
import dev.structured.core.interop.ExitCodeException;
import dev.structured.core.interop.Signal;
import dev.structured.core.interop.Subprocess;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;

/// Other programs: run to their end, or in a block with pipes. None outlives its call.
final class OtherPrograms {
    private OtherPrograms() {}

    static void main() throws IOException {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) throws IOException {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> {
            toTheEnd(out);
            withPipes(out);
        });
    }

    // @start region=run
    private static void toTheEnd(Transcript out) throws IOException {
        String said = Timeouts.failAfter(Duration.ofSeconds(10), () -> Subprocess.run("echo", "$HOME")
                .orThrow().outText().strip());
        out.say("main: no shell, so it said " + said);
        Subprocess.Result result = Subprocess.run("sh", "-c", "echo no such thing >&2; exit 3");
        out.say("main: exit code " + result.exitCode());
        try {
            result.orThrow();
        } catch (ExitCodeException e) {
            out.say("main: " + e.getMessage());
        }
    }
    // @end

    // @start region=open
    private static void withPipes(Transcript out) throws IOException {
        int exitCode = Subprocess.open(Command.of("tr", "a-z", "A-Z").withGrace(Duration.ofSeconds(1)),
                tr -> {
                    tr.stdin().send("hello\n".getBytes(UTF_8));
                    tr.stdin().send("and bye\n".getBytes(UTF_8));
                    tr.stdin().close(); // there is no more
                    tr.forEachLine(1_000, line -> out.say("main: " + line));
                    return tr.awaitExit();
                });
        out.say("main: exit code " + exitCode);
    }
    // @end

    // @start region=session
    /// Leaves nothing behind, whatever the script starts in the background.
    static void build(Path folder) throws IOException {
        Command build = Command.of("./build.sh").withDirectory(folder).withOwnSession()
                .withStopSignal(Signal.INT).withOutput(Redirect.to(folder.resolve("build.log").toFile()))
                .withMergedErrors();
        Timeouts.failAfter(Duration.ofMinutes(10), () -> Subprocess.run(build).orThrow());
    }
    // @end
}
