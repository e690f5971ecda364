package dev.structured.service;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.service.ops.ReplayServer;
import dev.structured.service.server.ListenAddress;
import dev.structured.service.terminal.Terminal;
import dev.structured.service.terminal.TerminalException;
import dev.structured.service.view.SavedMinute;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/// Runs the commands that show a running service, or a minute that a service has saved.
final class ToolCommands {
    private ToolCommands() {}

    /// Runs a command, with its output on stdout. Blocks.
    ///
    /// @throws StartException if the command cannot be run as asked
    static void run(Command.ToolCommand command) throws StartException {
        try (PrintStream out = ConfigCommands.standardOutput()) {
            switch (command) {
                case Command.Ps ps -> Terminal.ps(ps.source(), ps.view(), out);
                case Command.Top top -> {
                    AtomicBoolean ending = new AtomicBoolean();
                    ExitSignals.onFirst(() -> ending.set(true));
                    Terminal.top(top.source(), top.view(), ending::get, out);
                }
                case Command.Replay replay -> replay(replay, out);
            }
        } catch (TerminalException e) {
            throw new StartException(String.valueOf(e.getMessage()));
        }
    }

    private static void replay(Command.Replay command, PrintStream out) throws StartException {
        String minute = read(command.file());
        String fault = SavedMinute.fault(minute);
        if (fault != null) throw new StartException("'" + command.file() + "' " + fault + ".");
        try (ReplayServer server = new ReplayServer(minute, command.port())) {
            int port = PortOpener.of(new ListenAddress(ReplayServer.HOST, command.port()), Setting.HOST,
                    Setting.PORT, server::start);
            CancelScope showing = new CancelScope("replay");
            ExitSignals.onFirst(() -> showing.cancel("a signal ended it"));
            out.println("Look at:  http://" + ReplayServer.HOST + ":" + port + "/");
            out.println("Ctrl+C or SIGTERM ends it.");
            out.flush();
            try (Scheduler scheduler = Scheduler.open()) {
                scheduler.run("replay", () -> showing.run(Checkpoints::sleepForever));
            }
        }
    }

    private static String read(Path file) throws StartException {
        try {
            if (Files.size(file) > SavedMinute.MOST_BYTES) {
                throw new StartException("'" + file + "' is larger than any saved minute.");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new StartException("'" + file + "' cannot be read: "
                    + (Files.exists(file) ? "it is no file of text" : "there is no such file") + ".");
        }
    }
}
