package dev.structured.service.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// Closes connections on which the head of a request takes too long to arrive.
///
/// Jetty's idle time starts anew with every byte, so that a client that sends a head byte by byte keeps its
/// connection forever. Here all connections are looked at a few times per limit, on Jetty's timer thread,
/// and late ones are treated as Jetty treats idle ones. SlowClientTest pins this.
final class SlowHeads extends AbstractLifeCycle {
    private static final int LOOKS_PER_LIMIT = 4;

    private final ServerConnector connector;
    private final Duration limit;
    private volatile Scheduler.@Nullable Task next;

    /// @param limit the longest time from a head's first byte to its last
    SlowHeads(ServerConnector connector, Duration limit) {
        this.connector = connector;
        this.limit = limit;
    }

    @Override
    protected void doStart() {
        schedule();
    }

    @Override
    protected void doStop() {
        Scheduler.Task last = next;
        if (last != null) last.cancel();
    }

    private void schedule() {
        long millis = Math.max(1, limit.toMillis() / LOOKS_PER_LIMIT);
        next = connector.getScheduler().schedule(this::look, millis, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            for (EndPoint endPoint : connector.getConnectedEndPoints()) {
                if (isLate(endPoint)) expire(endPoint);
            }
        } finally {
            if (isRunning()) schedule();
        }
    }

    private static void expire(EndPoint endPoint) {
        // Takes effect only on a connection that waits for more bytes, and so never on a complete head.
        if (endPoint instanceof AbstractEndPoint waiting) {
            waiting.getFillInterest()
                    .onFail(new TimeoutException("The request's head did not arrive in time"));
        }
    }

    /// Reads Jetty's parser while another thread may write it. A stale value delays the decision and does not
    /// falsify it: the parser writes the start of a head before the state that says that there is one.
    private boolean isLate(EndPoint endPoint) {
        if (!(endPoint.getConnection() instanceof HttpConnection connection)) return false;
        HttpParser parser = connection.getParser();
        HttpParser.State state = parser.getState();
        long begun = parser.getBeginNanoTime();
        boolean inHead = state.compareTo(HttpParser.State.START) > 0
                && state.compareTo(HttpParser.State.HEADER) <= 0;
        return inHead && begun != 0 && NanoTime.since(begun) > limit.toNanos();
    }
}
