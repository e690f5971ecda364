package dev.structured.core.examples;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Connects to the first of several addresses that answers, without waiting long for those that do not: the
/// staggered attempts of RFC 8305, section 5.
///
/// An attempt starts when the one before it has failed, or has had no answer for a while. The first success
/// cancels all other attempts; a connection that one of them makes all the same is closed.
///
/// @param <A> an address
/// @param <C> a connection
final class HappyEyeballs<A, C extends Closeable> {
    /// The delay that RFC 8305 recommends between two attempts.
    static final Duration DELAY = Duration.ofMillis(250);

    /// How to connect to one address; with sockets `SocketChannel::open`, which a cancellation interrupts.
    @FunctionalInterface
    interface Connector<A, C> {
        C connect(A address) throws IOException;
    }

    // @start region=race
    private final Connector<A, C> connector;
    private final AtomicReference<@Nullable C> winner = new AtomicReference<>();
    private final List<IOException> failures = Collections.synchronizedList(new ArrayList<>());

    private HappyEyeballs(Connector<A, C> connector) {
        this.connector = connector;
    }

    /// Returns the first connection. **Checkpoint.**
    ///
    /// @param addresses in the order of preference
    /// @throws ConnectException if no address answered; what went wrong with each is suppressed in it
    static <A, C extends Closeable> C connect(List<A> addresses, Connector<A, C> connector)
            throws IOException {
        return new HappyEyeballs<>(connector).race(addresses);
    }

    private C race(List<A> addresses) throws IOException {
        boolean over = false;
        try {
            Nursery.run("connect", nursery -> {
                for (A address : addresses) {
                    Task<?> attempt = nursery.startSoon("to " + address, () -> attempt(address, nursery));
                    Timeouts.moveOnAfter(DELAY, attempt::await); // it ends early when it fails
                }
            });
            over = true;
        } finally {
            if (!over) close(winner.get()); // the caller was cancelled, and gets nothing to close
        }
        C connection = winner.get();
        if (connection == null) throw noAnswer();
        return connection;
    }

    private void attempt(A address, Nursery nursery) {
        try {
            C connection = connector.connect(address);
            if (winner.compareAndSet(null, connection)) {
                nursery.scope().cancel("connected to " + address);
            } else {
                close(connection);
            }
        } catch (IOException e) {
            failures.add(e);
        }
    }

    private void close(@Nullable C connection) {
        try {
            if (connection != null) connection.close();
        } catch (IOException e) {
            failures.add(e);
        }
    }

    private ConnectException noAnswer() {
        ConnectException all = new ConnectException("No address answered; tried " + failures.size());
        failures.forEach(all::addSuppressed);
        return all;
    }
    // @end

    static void main() throws IOException {
        run(Scheduler.shared(), System.out);
    }

    /// Three addresses: the first never answers, the second refuses, and then two answer.
    static void run(Scheduler scheduler, PrintStream stream) throws IOException {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> {
            // @start region=call
            try (Closeable connection = connect(
                    List.of("2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2"),
                    address -> connectAsTold(address, out))) {
                out.say("connected to " + connection);
            }
            // @end
        });
    }

    private static Closeable connectAsTold(String address, Transcript out) throws IOException {
        out.say("trying " + address);
        switch (address) {
            case "2001:db8::1" -> Checkpoints.sleepForever();
            case "2001:db8::2" -> {
                Checkpoints.sleep(Duration.ofMillis(100));
                out.say(address + " refuses");
                throw new ConnectException(address + " refuses");
            }
            default -> Checkpoints.sleep(Duration.ofMillis(300));
        }
        return new Told(address, out);
    }

    private record Told(String address, Transcript out) implements Closeable {
        @Override
        public void close() {
            out.say("closing " + address);
        }

        @Override
        public String toString() {
            return address;
        }
    }
}
