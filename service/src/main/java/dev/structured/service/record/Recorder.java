package dev.structured.service.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The record of one request: its parts, their attempts, and the reasons why some were cancelled.
///
/// It only grows. The task that a field describes writes it, mostly once, and the request never waits for a
/// reader: a reader takes no lock and sees each field as it is at that moment. Times are in microseconds
/// since the request began; 0 is not yet.
public final class Recorder {
    /// The most failed calls of which a line is kept, and the length of a line.
    private static final int MOST_FAILED_CALLS = 16;
    private static final int LONGEST_LINE = 300;
    private static final VarHandle CAUSE;
    private static final VarHandle FAILED_CALL;
    private static final PageRecorder[] NO_PAGES = {};

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            CAUSE = lookup.findVarHandle(Recorder.class, "cause", Cause.class);
            FAILED_CALL = lookup.findVarHandle(Recorder.class, "failedCall", FailedCall.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// The end of a request.
    ///
    /// @param outcome one word, that of the log line
    /// @param status the status of the answer
    /// @param micros the time at which the last byte was written
    public record End(String outcome, int status, int micros) {}

    private final String id;
    private final String method;
    private final @Nullable String target;
    private final long arrivedMillis;
    private final long begunNanos;
    private final @Nullable Trace trace;
    private volatile String route = PageRecorder.NO_ROUTE;
    private final PageRecorder page = new PageRecorder(this, 0);
    /// The pages of a batch. Changed under the lock of this object.
    private volatile PageRecorder[] pages = NO_PAGES;
    private volatile int batch;
    private volatile @Nullable Cause cause;
    private volatile @Nullable FailedCall failedCall;
    private volatile boolean cutShort;
    private volatile int decided;
    private volatile @Nullable Runnable canceller;
    private volatile @Nullable End end;
    /// The neighbours among the requests in flight. Guarded by the lock of their stripe.
    @Nullable
    Recorder previous;
    @Nullable
    Recorder next;

    /// @param id the id of the log line and of `X-Request-Id`
    /// @param target path and query as the client sent them; null if they must not be shown
    /// @param begunNanos the first byte of the request, in [System#nanoTime()]
    /// @param trace the trace that it belongs to; null if no traces are made
    public Recorder(String id, String method, @Nullable String target, long begunNanos,
            @Nullable Trace trace) {
        this.id = id;
        this.trace = trace;
        this.method = method;
        this.target = target;
        this.begunNanos = begunNanos;
        this.arrivedMillis = System.currentTimeMillis() - (System.nanoTime() - begunNanos) / 1_000_000;
    }

    /// Returns the time since the request began; at least 1.
    int now() {
        return Math.clamp((System.nanoTime() - begunNanos) / 1_000, 1, Integer.MAX_VALUE);
    }

    /// Returns the first byte of the request, in [System#nanoTime()].
    public long begunNanos() {
        return begunNanos;
    }

    /// Returns the time at which it ended, in [System#nanoTime()]; for one that runs, the present.
    long endedNanos() {
        return begunNanos + 1_000L * micros();
    }

    /* --- Writing --- */

    /// The request belongs to a route.
    ///
    /// @param name the route's name, which holds no value of a client
    public void routed(String name) {
        route = name;
    }

    /// One of its attempts was cut short.
    void cutShort() {
        cutShort = true;
    }

    /// Returns the recorder of its page; for a batch, that of the batch as a whole.
    public PageRecorder page() {
        return page;
    }

    /// It is a batch of the given number of pages.
    void batch(int number) {
        batch = number;
    }

    /// A page of the batch is begun.
    synchronized void add(PageRecorder one) {
        PageRecorder[] more = Arrays.copyOf(pages, pages.length + 1);
        more[pages.length] = one;
        Arrays.sort(more, Comparator.comparingInt(PageRecorder::number));
        pages = more;
    }

    /// Tasks of the request are being cancelled.
    ///
    /// @param part the part or quorum that is the reason; null for the request as a whole
    public void cancels(Cause.Kind kind, @Nullable String part) {
        cancels(kind, part, now(), 0);
    }

    /// @param number the page that is concerned; 0 for the request as a whole
    void cancels(Cause.Kind kind, @Nullable String part, int at, int number) {
        Cause before;
        Cause after;
        do {
            before = cause;
            after = new Cause(kind, part, at, number, before);
        } while (!CAUSE.compareAndSet(this, before, after));
    }

    /// Cuts no pair of surrogates.
    private static String begin(String line) {
        boolean inPair = Character.isHighSurrogate(line.charAt(LONGEST_LINE - 1));
        return line.substring(0, inPair ? LONGEST_LINE - 1 : LONGEST_LINE);
    }

    /// A call has failed. Beyond a few, they are only counted.
    ///
    /// @param line the line of the log about it
    public void callFailed(String line) {
        String text = line.length() > LONGEST_LINE ? begin(line) + "…" : line;
        FailedCall before;
        FailedCall after;
        do {
            before = failedCall;
            int place = before == null ? 1 : before.place() + 1;
            after = place > MOST_FAILED_CALLS && before != null
                    ? new FailedCall(before.text(), before.atMicros(), place, before.before())
                    : new FailedCall(text, now(), place, before);
        } while (!FAILED_CALL.compareAndSet(this, before, after));
    }

    /// The request can be cancelled from now on, or no longer.
    ///
    /// @param cancel null once nothing of it is left but to write its answer
    public void cancellable(@Nullable Runnable cancel) {
        canceller = cancel;
    }

    /// The outcome is known; the answer is written from now on.
    public void decided() {
        if (decided == 0) decided = now();
    }

    /// The last byte of the answer was written, or cannot be.
    public void ended(String outcome, int status) {
        canceller = null;
        end = new End(outcome, status, now());
    }

    /// Cancels the request, as an operator wants it. Does not wait for its end.
    ///
    /// @return false if there is nothing to cancel: it has ended, or no part has begun
    public boolean cancel() {
        Runnable cancel = canceller;
        if (cancel == null) return false;
        cancels(Cause.Kind.OPERATOR, null);
        cancel.run();
        return true;
    }

    /* --- Reading --- */

    public String id() {
        return id;
    }

    public String method() {
        return method;
    }

    /// Returns path and query as the client sent them; null if they must not be shown.
    public @Nullable String target() {
        return target;
    }

    /// Returns the trace that it belongs to; null if no traces are made.
    public @Nullable Trace trace() {
        return trace;
    }

    /// Returns the name of the route; `-` if none is known.
    public String route() {
        return route;
    }

    /// Returns the time at which the request arrived, in milliseconds since 1970.
    public long arrivedMillis() {
        return arrivedMillis;
    }

    /// Returns the pages of a batch that have begun, of the first 32; empty if the request is no batch.
    public List<PageRecorder> pages() {
        return Arrays.asList(pages);
    }

    /// Returns the number of pages of a batch; 0 if the request is none.
    public int batch() {
        return batch;
    }

    /// Returns the number of pages of a batch that are not recorded.
    public int unrecordedPages() {
        return Math.max(0, batch - PageRecorder.MOST_PAGES);
    }

    /// Returns the parts of all pages, each after the parts that it needs; empty before the page is made.
    public List<PartRecorder> parts() {
        PageRecorder[] all = pages;
        if (all.length == 0) return page.parts();
        List<PartRecorder> parts = new ArrayList<>();
        for (PageRecorder each : all) parts.addAll(each.parts());
        return parts;
    }

    /// Returns the time at which the making of the page began.
    public int plannedAt() {
        return page.plannedAt();
    }

    /// Returns the time of the deadline, in microseconds since the request began; -1 before that is known.
    public long deadlineMicros() {
        int from = plannedAt();
        return from == 0 ? -1 : from + page.allowedMicros();
    }

    /// Returns the time of the deadline, in [System#nanoTime()]; the largest number before that is known.
    public long deadlineNanos() {
        long deadline = deadlineMicros();
        return deadline < 0 ? Long.MAX_VALUE : begunNanos + 1_000 * deadline;
    }

    public int decidedAt() {
        return decided;
    }

    /// Returns its end; null while it runs.
    public @Nullable End end() {
        return end;
    }

    /// Returns true if it can be cancelled now.
    public boolean isCancellable() {
        return canceller != null;
    }

    /// Returns true if an operator has cancelled it.
    public boolean isCancelledByOperator() {
        for (Cause each = cause; each != null; each = each.before()) {
            if (each.kind() == Cause.Kind.OPERATOR) return true;
        }
        return false;
    }

    /// Returns true if any of its attempts was cut short.
    public boolean hasCutShort() {
        return cutShort;
    }

    /// Returns the reasons for which tasks were cancelled, the first one first.
    public List<Cause> causes() {
        List<Cause> all = new ArrayList<>();
        for (Cause each = cause; each != null; each = each.before()) all.addFirst(each);
        return all;
    }

    /// Returns the failed calls whose lines are kept, the first one first.
    public List<FailedCall> failedCalls() {
        List<FailedCall> all = new ArrayList<>();
        for (FailedCall each = failedCall; each != null; each = each.before()) all.addFirst(each);
        return all;
    }

    /// Returns the number of failed calls that are only counted.
    public int unlistedFailedCalls() {
        FailedCall last = failedCall;
        return last == null ? 0 : Math.max(0, last.place() - MOST_FAILED_CALLS);
    }

    /// Returns the time since the request began, until its end or until now.
    public int micros() {
        End ended = end;
        return ended == null ? now() : ended.micros();
    }

    /// Returns the part that the request waits for: the first one that has not ended, each part being after
    /// those that it needs; null if there is none.
    public @Nullable PartRecorder awaited() {
        if (decided != 0) return null;
        for (PartRecorder each : parts()) {
            if (each.endedAt() == 0) return each;
        }
        return null;
    }

    /// Returns the activity of the request as a whole while it waits for no part.
    public WaitsFor besideParts() {
        return plannedAt() == 0 && decided == 0 ? WaitsFor.START : WaitsFor.WRITING;
    }

    /// Returns an estimate of the memory that it needs, in bytes.
    int bytes() {
        int bytes = 270 + 48 * pages.length + 2 * id.length() + (target == null ? 0 : 56 + target.length());
        for (FailedCall each = failedCall; each != null; each = each.before()) {
            bytes += 80 + each.text().length();
        }
        for (PartRecorder part : parts()) {
            PartRecorder.End how = part.end();
            bytes += 96 + (how == null || how.detail() == null ? 0 : 80 + how.detail().length());
            bytes += 104 * part.recorded();
        }
        return bytes;
    }
}
