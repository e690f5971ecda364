package dev.structured.service.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Keeps what a [CallObserver] is told.
final class RecordingObserver implements CallObserver {
    record Ended(String downstream, String address, int port, String method, String template, Integer status,
            String errorType, long nanos) {}

    final AtomicInteger started = new AtomicInteger();
    final List<Ended> ended = new CopyOnWriteArrayList<>();

    @Override
    public void callStarted(String downstream, String address, int port) {
        started.incrementAndGet();
    }

    @Override
    public void callEnded(String downstream, String address, int port, String method, String template,
            Integer status,
            String errorType, long nanos) {
        ended.add(new Ended(downstream, address, port, method, template, status, errorType, nanos));
    }

    Ended last() {
        return ended.getLast();
    }
}
