package dev.structured.core.interop;

import dev.structured.core.Scheduler;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/// A program that runs another one, which writes where this one writes. For `SubprocessTest`.
final class Inheriting {
    private Inheriting() {}

    static void main() throws IOException {
        Command command = Command.of("sh", "-c", "echo out; echo err >&2");
        Scheduler.shared().run("main", () -> Subprocess
                .run(command.withOutput(Redirect.INHERIT).withErrors(Redirect.INHERIT)).orThrow());
    }
}
