package dev.structured.service.server;

import dev.structured.service.edge.EndedRequest;
import dev.structured.service.edge.RequestKind;
import dev.structured.service.edge.RequestObserver;
import dev.structured.service.record.Recorder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Keeps what the edge reports.
final class RecordingObserver implements RequestObserver {
    /// A request that ended.
    record Ended(String method, String scheme, @Nullable String route, int status, String protocolVersion,
            @Nullable String errorType) {}

    final List<Ended> ended = new CopyOnWriteArrayList<>();
    final RecordedConnections connections = new RecordedConnections();
    final List<String> ignored = new CopyOnWriteArrayList<>();
    final List<String> forwardedIgnored = new CopyOnWriteArrayList<>();
    public final List<Recorder> cutShort = new CopyOnWriteArrayList<>();
    private final AtomicInteger active = new AtomicInteger();

    @Override
    public void requestStarted(RequestKind kind) {
        active.incrementAndGet();
    }

    @Override
    public void callsCutShort(Recorder request) {
        cutShort.add(request);
    }

    @Override
    public void requestEnded(EndedRequest request) {
        RequestKind kind = request.kind();
        ended.add(new Ended(kind.method(), kind.scheme(), request.route(), request.status(),
                request.protocolVersion(), request.errorType()));
        active.decrementAndGet();
    }

    @Override
    public void deadlineIgnored(String header) {
        ignored.add(header);
    }

    @Override
    public void forwardedIgnored(String reason) {
        forwardedIgnored.add(reason);
    }

    /// Returns how many requests have been started and have not ended.
    int active() {
        return active.get();
    }

    /// Returns the one request that has ended, once it has.
    Ended one() {
        Await.until("an ended request", () -> !ended.isEmpty());
        return ended.getFirst();
    }
}
