package dev.structured.service.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Keeps what a [CallObserver] is told.
final class RecordingObserver implements CallObserver {
    final AtomicInteger started = new AtomicInteger();
    final List<EndedCall> ended = new CopyOnWriteArrayList<>();

    @Override
    public void callStarted(Peer peer) {
        started.incrementAndGet();
    }

    @Override
    public void callEnded(EndedCall call) {
        ended.add(call);
    }

    EndedCall last() {
        return ended.getLast();
    }
}
