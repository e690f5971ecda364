package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.guard.GuardObserver.Shed;

/// A downstream at which at most half of the calls in flight are uploads: calls whose bodies their clients
/// are still sending. Further ones wait, first come first served, before they take a permit or a connection.
/// So clients that send slowly leave the other half to all others. Thread-safe.
final class UploadDownstream implements Downstream {
    private final String name;
    private final Downstream inner;
    private final PermitPool capacity;
    private final int maxQueued;
    private final GuardObserver observer;

    UploadDownstream(String name, Downstream inner, PermitPool capacity, int maxQueued,
            GuardObserver observer) {
        this.name = name;
        this.inner = inner;
        this.capacity = capacity;
        this.maxQueued = maxQueued;
        this.observer = observer;
    }

    /// {@inheritDoc}
    ///
    /// @throws DownstreamException also with `LIMIT_EXCEEDED`, if too many uploads wait already
    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        if (call.passage() == null || call.passage().hasArrived()) return inner.call(call);
        UploadPassage upload = new UploadPassage(call.passage(), capacity.uploads());
        begin(upload);
        try {
            return inner.call(call.with(upload));
        } finally {
            upload.leave();
        }
    }

    private void begin(UploadPassage upload) throws DownstreamException {
        try {
            if (capacity.waitingUploads.incrementAndGet() > maxQueued && !upload.tryEnter()) {
                observer.shed(name, Shed.QUEUE_FULL);
                throw new DownstreamException(ErrorType.LIMIT_EXCEEDED,
                        "More than " + maxQueued + " uploads wait already", null);
            }
            upload.enter();
        } finally {
            capacity.waitingUploads.decrementAndGet();
        }
    }
}
