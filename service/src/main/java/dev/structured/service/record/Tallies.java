package dev.structured.service.record;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The results of all requests of the last two minutes: of all together, second by second, and of each part.
/// Counted when a request ends, after its last byte. Thread-safe.
public final class Tallies {
    private static final int NOT_MODIFIED = 304;
    private static final int SECONDS = 120;
    private static final int MOST_OPENINGS = 100;
    private static final List<String> REFUSED = List.of("limit_exceeded", "circuit_open");

    /// One second.
    ///
    /// @param ago its distance from the present second, in seconds; 0 is the present one, which is not over
    /// @param requests the requests that ended in it
    /// @param partial those whose page lacked optional parts
    /// @param failed those that were answered 500 or more
    /// @param shed the attempts that were refused without asking the downstream
    /// @param extra the retries and hedges
    /// @param calls all attempts
    /// @param p50 the median latency of the requests in milliseconds; 0 without requests
    /// @param p99 the latency that one in a hundred exceeds
    public record Second(int ago, int requests, int partial, int failed, int shed, int extra, int calls,
            double p50, double p99) {}

    /// A part of a route in the last two minutes.
    ///
    /// @param downstream the downstream that it is asked of; null for none
    /// @param counts by the place of [Count]
    /// @param p50 the median latency of its attempts in milliseconds; 0 without attempts
    /// @param answeredP99 the latency in milliseconds that one in a hundred of the attempts with an answer
    ///     exceeds; 0 without such attempts
    /// @param budgetMillis its budget; -1 for none
    /// @param deadlineMillis the time that the last of its pages was allowed to take
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record PartSum(String route, String part, @Nullable String downstream, long[] counts, double p50,
            double p99, double answeredP99, long budgetMillis, long deadlineMillis) {
        /// Makes the sum of a part; absent counts are 0.
        public static PartSum of(String route, String part, @Nullable String downstream,
                Map<Count, Integer> counts, double p50, double p99, double answeredP99, long budgetMillis,
                long deadlineMillis) {
            long[] all = new long[Count.values().length];
            counts.forEach((what, number) -> all[what.place] = number);
            return new PartSum(route, part, downstream, all, p50, p99, answeredP99, budgetMillis,
                    deadlineMillis);
        }

        /// Returns one of the counts.
        public long count(Count what) {
            return counts[what.place];
        }
    }

    private static final class Slot extends SecondSlot {
        private int extra;
        private int calls;
        private int gone;

        @Override
        void clear() {
            super.clear();
            extra = calls = gone = 0;
        }

        @Override
        void add(Recorder.End end) {
            super.add(end);
            if (end.outcome().equals("client_gone")) gone++;
        }
    }

    private static final class Part {
        private final RouteLayout.Part layout;
        private final Tally tally = new Tally();
        private long budgetMillis = -1;
        private long deadlineMillis;

        Part(RouteLayout.Part layout) {
            this.layout = layout;
        }
    }

    private final LongSupplier nanos;
    private final Object lock = new Object();
    /// Both guarded by the lock.
    private final Slot[] slots = new Slot[SECONDS];
    private final Map<String, Map<String, Part>> parts = new HashMap<>();
    /// By the route's name. Guarded by the lock.
    private final Map<String, RouteTally> routes = new TreeMap<>();
    /// The times at which a breaker opened, in seconds, by downstream. Guarded by the lock.
    private final Map<String, Deque<Long>> opened = new HashMap<>();

    Tallies() {
        this(System::nanoTime);
    }

    Tallies(LongSupplier nanos) {
        this.nanos = nanos;
        Arrays.setAll(slots, _ -> new Slot());
    }

    private long second() {
        return Math.floorDiv(nanos.getAsLong(), 1_000_000_000L) + 1_000_000_000L;
    }

    /* --- Counting --- */

    /// Adds a request that has ended.
    void add(Recorder request, Recorder.End end) {
        synchronized (lock) {
            long second = second();
            Slot slot = slot(second);
            slot.add(end);
            int shedBefore = slot.shed;
            for (PartRecorder part : request.parts()) {
                add(part, part.page().allowedMicros() / 1_000,
                        parts.computeIfAbsent(part.page().route(), _ -> new HashMap<>()), second, slot);
            }
            routes.computeIfAbsent(request.route(), _ -> new RouteTally()).add(end, slot.shed - shedBefore,
                    second);
        }
    }

    private Slot slot(long second) {
        Slot slot = slots[(int) (second % SECONDS)];
        slot.use(second);
        return slot;
    }

    private static void add(PartRecorder recorder, long allowedMillis, Map<String, Part> own, long second,
            Slot slot) {
        Part part = own.computeIfAbsent(recorder.layout().name(), _ -> new Part(recorder.layout()));
        Tally tally = part.tally.at(second);
        tally.count(Count.PARTS);
        part.deadlineMillis = allowedMillis;
        if (recorder.budgetMicros() >= 0) part.budgetMillis = recorder.budgetMicros() / 1_000;
        PartRecorder.End end = recorder.end();
        if (end != null) end(end, tally);
        attempts(recorder, tally, slot);
    }

    private static void end(PartRecorder.End end, Tally tally) {
        if (end.outcome().equals("not_asked")) tally.count(Count.NOT_ASKED);
        if (end.reason() == null) return;
        tally.count(Count.MISSING);
        switch (end.reason()) {
            case "timeout" -> tally.count(Count.BUDGET_ENDED);
            case "deadline_exceeded" -> tally.count(Count.DEADLINE_ENDED);
            case "too_many_elements" -> tally.count(Count.LIST_CUT);
            default -> {
            }
        }
    }

    private static void attempts(PartRecorder recorder, Tally tally, Slot slot) {
        boolean retried = false;
        boolean hedged = false;
        boolean won = false;
        for (AttemptRecorder each = recorder.last(); each != null; each = each.before) {
            attempt(each, tally, slot);
            retried |= each.kind() == AttemptRecorder.Kind.RETRY;
            hedged |= each.kind() == AttemptRecorder.Kind.HEDGE;
            won |= each.isAnswered() && each.kind() == AttemptRecorder.Kind.HEDGE;
        }
        if (retried) {
            tally.count(Count.RETRIED);
            if (recorder.end() == PartRecorder.End.OK) tally.count(Count.RETRY_HELPED);
        }
        if (hedged) tally.count(Count.HEDGED);
        if (won) tally.count(Count.HEDGE_WON);
    }

    private static void attempt(AttemptRecorder attempt, Tally tally, Slot slot) {
        if (attempt.isKept()) {
            tally.count(Count.FROM_CACHE);
            return;
        }
        if (attempt.isShared()) {
            tally.count(Count.SHARED);
            return;
        }
        tally.count(Count.ATTEMPTS);
        if (attempt.status() == NOT_MODIFIED) tally.count(Count.FROM_CACHE);
        slot.calls++;
        if (attempt.kind() != AttemptRecorder.Kind.FIRST) slot.extra++;
        if (attempt.queuedAt() != 0) tally.count(Count.QUEUED);
        String error = attempt.error();
        if (error != null && REFUSED.contains(error)) {
            slot.shed++;
            tally.count(Count.REFUSED);
            return;
        }
        if (attempt.status() >= 500 || (error != null && !error.equals("cancelled"))) {
            tally.count(Count.FAILURES);
        }
        int took = attempt.endedAt() - attempt.connectingAt();
        if (attempt.connectingAt() != 0 && took > 0) {
            tally.latency(took, attempt.isAnswered());
        }
    }

    /// Counts a circuit breaker that has opened.
    public void breakerOpened(String downstream) {
        synchronized (lock) {
            Deque<Long> times = opened.computeIfAbsent(downstream, _ -> new ArrayDeque<>());
            times.addLast(second());
            if (times.size() > MOST_OPENINGS) times.removeFirst();
        }
    }

    /* --- Reading --- */

    /// Returns the number of times that the breaker of a downstream has opened in the last two minutes; at
    /// most 100.
    public int openings(String downstream) {
        synchronized (lock) {
            long oldest = second() - SECONDS;
            return (int) opened.getOrDefault(downstream, new ArrayDeque<>()).stream()
                    .filter(each -> each > oldest).count();
        }
    }

    /// Returns the last two minutes, the oldest second first.
    public List<Second> seconds() {
        synchronized (lock) {
            long now = second();
            List<Second> all = new ArrayList<>(SECONDS);
            for (int ago = SECONDS - 1; ago >= 0; ago--) {
                Slot slot = slots[(int) ((now - ago) % SECONDS)];
                all.add(slot.second == now - ago
                        ? shown(slot, ago)
                        : new Second(ago, 0, 0, 0, 0, 0, 0, 0, 0));
            }
            return all;
        }
    }

    private static Second shown(Slot slot, int ago) {
        return new Second(ago, slot.requests, slot.partial, slot.failed, slot.shed, slot.extra, slot.calls,
                slot.latencies.percentile(0.5), slot.latencies.percentile(0.99));
    }

    /// Returns the routes of which requests have ended in the last ten seconds that are over, by name.
    public List<RouteSum> routes() {
        synchronized (lock) {
            long now = second();
            return routes.entrySet().stream().map(each -> each.getValue().sum(each.getKey(), now))
                    .filter(each -> each.requests() > 0).toList();
        }
    }

    /// Returns all parts that ended in the last two minutes, and how.
    public List<PartSum> parts() {
        synchronized (lock) {
            long now = second();
            List<PartSum> all = new ArrayList<>();
            parts.forEach((route, own) -> own.values().forEach(part -> sum(route, part, now, all)));
            return all;
        }
    }

    private static void sum(String route, Part part, long now, List<PartSum> all) {
        long[] sums = new long[Count.values().length];
        Latencies latencies = new Latencies();
        Latencies answered = new Latencies();
        part.tally.addTo(sums, latencies, answered, now);
        if (sums[Count.PARTS.place] == 0) return;
        all.add(new PartSum(route, part.layout.name(), part.layout.downstream(), sums,
                latencies.percentile(0.5), latencies.percentile(0.99), answered.percentile(0.99),
                part.budgetMillis, part.deadlineMillis));
    }

    /// Returns the requests of the last two minutes whose clients left before their end.
    public long clientsGone() {
        synchronized (lock) {
            long now = second();
            return Arrays.stream(slots).filter(each -> each.second > now - SECONDS)
                    .mapToLong(each -> each.gone).sum();
        }
    }
}
