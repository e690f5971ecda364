package dev.structured.service.record;

/// The requests that ended in one second. Guarded by the lock of its [Tallies].
class SecondSlot {
    long second = -1;
    int requests;
    int partial;
    int failed;
    int shed;
    final Latencies latencies = new Latencies();

    /// Makes it the slot of a second, empty if it was that of another.
    final void use(long now) {
        if (second == now) return;
        second = now;
        clear();
    }

    void clear() {
        requests = partial = failed = shed = 0;
        latencies.clear();
    }

    void add(Recorder.End end) {
        requests++;
        latencies.add(end.micros());
        if (end.outcome().equals("partial")) partial++;
        if (end.status() >= 500) failed++;
    }
}
