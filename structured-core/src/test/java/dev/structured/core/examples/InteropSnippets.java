package dev.structured.core.examples;

import static java.net.http.HttpResponse.BodyHandlers.ofString;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Timeouts;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.interop.Blocking;
import dev.structured.core.interop.Command;
import dev.structured.core.interop.FileOps;
import dev.structured.core.interop.FileWatch;
import dev.structured.core.interop.Futures;
import dev.structured.core.interop.OnCancel;
import dev.structured.core.interop.Portal;
import dev.structured.core.interop.Signal;
import dev.structured.core.interop.Signals;
import dev.structured.core.interop.Subprocess;
import dev.structured.core.interop.Workers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/// The code that the Javadoc of the room `interop` shows, as [JavadocSnippets] has that of the kernel.
@SuppressWarnings("unused")
abstract class InteropSnippets {
    record Image() {}

    abstract byte[] sha256(Path file);

    abstract Image scale(Image image);

    void blocking(Path largeFile, String name) throws UnknownHostException {
        byte[] digest = Blocking.call(() -> sha256(largeFile)); // the task waits for the end
        InetAddress host = Blocking.call(OnCancel.ABANDON, // or leaves it alone
                () -> InetAddress.getByName(name));
    }

    abstract List<String> rows(Statement statement, String sql) throws SQLException;

    List<String> rows(Connection connection, Duration limit, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return Timeouts.failAfter(limit,
                    () -> Blocking.onCancel(statement::cancel, () -> rows(statement, sql)));
        }
    }

    HttpResponse<String> future(HttpClient client, HttpRequest request, Duration limit) {
        HttpResponse<String> response = Timeouts.failAfter(limit,
                () -> Futures.await(client.sendAsync(request, ofString())));
        return response;
    }

    interface Handler {
        void accept(String request) throws InterruptedException;
    }

    abstract void handle(String request);

    interface ForeignServer {
        void onRequest(Handler handler);
    }

    void portal(ForeignServer server) {
        Nursery.run(nursery -> {
            try (Portal portal = Portal.open(nursery)) {
                // called on the server's threads
                server.onRequest(request -> portal.run(() -> handle(request)));
                Checkpoints.sleepForever();
            }
        });
    }

    record Config() {}

    abstract Config parse(String text);

    abstract String render(Config config);

    abstract void reload(Path file);

    void files(Path file, Path configuration) throws IOException {
        Config config = parse(FileOps.readString(file, 1_000_000)); // at most a million bytes
        FileOps.replace(file, render(config)); // all or nothing
        FileOps.watch(configuration, watch -> {
            while (true) {
                for (FileWatch.Change change : watch.next()) reload(change.path());
            }
        });
    }

    abstract int errorsIn(byte[] piece);

    void subprocess(Path repository) throws IOException {
        String head = Subprocess.run("git", "rev-parse", "HEAD").orThrow().outText().strip();

        long errors = Subprocess.open(Command.of("journalctl", "--follow"), journal -> {
            long count = 0;
            for (byte[] piece : journal.stdout()) count += errorsIn(piece);
            return count;
        });

        Command log = Command.of("git", "log", "--oneline").withDirectory(repository).withVariable("LC_ALL",
                "C");
    }

    interface Serving {
        void serve() throws IOException;
    }

    void signals(Serving server) {
        Nursery.run(nursery -> {
            nursery.startSoon("server", server::serve);
            Signal first = Signals.open(EnumSet.of(Signal.TERM, Signal.INT), ReceiveChannel::receive);
            nursery.scope().cancel("told to end by " + first);
        });
    }

    static final Workers IMAGES = new Workers("images", Runtime.getRuntime().availableProcessors());

    void workers(Image image) {
        Image small = IMAGES.call(() -> scale(image)); // in a task
    }
}
