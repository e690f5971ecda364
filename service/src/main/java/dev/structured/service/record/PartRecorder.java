package dev.structured.service.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The record of one part of a request. The part's own tasks write it; any thread may read it at any time.
/// Times are in microseconds since the request began; 0 is not yet.
public final class PartRecorder {
    /// The most attempts of a part that are recorded: a part may make a call for each element of a list.
    static final int MOST_ATTEMPTS = 48;
    private static final VarHandle LAST;
    private static final VarHandle ATTEMPTS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LAST = lookup.findVarHandle(PartRecorder.class, "last", AttemptRecorder.class);
            ATTEMPTS = lookup.findVarHandle(PartRecorder.class, "attempts", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// The end of a part.
    ///
    /// @param outcome one word: `ok`, `stale`, `fallback`, `partial`, `not_asked`, `skipped`, `cancelled`,
    ///     `error`, or the reason why the part is missing
    /// @param reason the reason why it is missing, replaced or incomplete; null if it is none of these
    /// @param status the downstream's status; null if it did not answer
    /// @param detail a sentence about the reason; null for none
    public record End(String outcome, @Nullable String reason, @Nullable Integer status,
            @Nullable String detail) {
        /// The end of a part that has its own value.
        static final End OK = new End("ok", null, null, null);
    }

    private final PageRecorder page;
    private final RouteLayout.Part layout;
    private volatile int begun;
    private volatile int ready;
    private volatile int asked;
    private volatile int ended;
    private volatile long budgetMicros = -1;
    private volatile long replacedByMillis = -1;
    private volatile @Nullable End end;
    private volatile @Nullable AttemptRecorder last;
    private volatile int attempts;

    PartRecorder(PageRecorder page, RouteLayout.Part layout) {
        this.page = page;
        this.layout = layout;
    }

    int now() {
        return page.request().now();
    }

    /// Returns the trace of the request; null if no traces are made.
    @Nullable
    Trace trace() {
        return page.request().trace();
    }

    /* --- Writing --- */

    /// The part's task has begun.
    public void begun() {
        begun = now();
    }

    /// The parts that it needs are there.
    public void ready() {
        ready = now();
    }

    /// Its call begins.
    ///
    /// @param budget the longest time that it may take; null for none of its own
    public void asked(@Nullable Duration budget) {
        if (budget != null) budgetMicros = budget.toNanos() / 1_000;
        asked = now();
    }

    /// Begins the first attempt of a call.
    ///
    /// @return null if there were too many; they are only counted
    public @Nullable AttemptRecorder attempt() {
        return attempt(AttemptRecorder.Kind.FIRST, null);
    }

    /// Begins an attempt.
    ///
    /// @param of the first attempt of the same call; null for a first attempt
    /// @return null if there were too many; they are only counted
    @Nullable
    AttemptRecorder attempt(AttemptRecorder.Kind kind, @Nullable AttemptRecorder of) {
        if ((int) ATTEMPTS.getAndAdd(this, 1) >= MOST_ATTEMPTS) return null;
        AttemptRecorder begun;
        AttemptRecorder before;
        do {
            before = last;
            begun = new AttemptRecorder(this, kind, of, before);
        } while (!LAST.compareAndSet(this, before, begun));
        return begun;
    }

    void replacedBy(long nanos) {
        replacedByMillis = nanos / 1_000_000;
    }

    /// The part's task has ended. Only the first call sets the time.
    ///
    /// @param outcome one word, as in [End#outcome()]
    public void stopped(String outcome) {
        if (end == null) end = outcome.equals("ok") ? End.OK : new End(outcome, null, null, null);
        if (ended == 0) ended = now();
    }

    /// The part has its result.
    public void ended(String outcome, @Nullable String reason, @Nullable Integer status,
            @Nullable String detail) {
        end = outcome.equals("ok") ? End.OK : new End(outcome, reason, status, detail);
        if (ended == 0) ended = now();
    }

    /* --- Reading --- */

    /// Returns the part as the file describes it.
    public RouteLayout.Part layout() {
        return layout;
    }

    /// Returns its name among all parts of the request: `reviews`, or in a batch `reviews of page 3`.
    public String name() {
        return page.named(layout.name());
    }

    /// Returns the names of the parts that it needs, among all parts of the request.
    public List<String> needs() {
        return page.number() == 0 ? layout.needs() : layout.needs().stream().map(page::named).toList();
    }

    /// Returns the page that it belongs to.
    public PageRecorder page() {
        return page;
    }

    public int begunAt() {
        return begun;
    }

    /// Returns the time at which all parts that it needs were there.
    public int readyAt() {
        return ready;
    }

    /// Returns the time at which its call began; 0 if there was none.
    public int askedAt() {
        return asked;
    }

    public int endedAt() {
        return ended;
    }

    /// Returns the budget in microseconds; -1 for none.
    public long budgetMicros() {
        return budgetMicros;
    }

    /// Returns the age in milliseconds of the kept answer that replaces its own; -1 for none.
    public long replacedByMillis() {
        return replacedByMillis;
    }

    /// Returns its end; null while it has not ended.
    public @Nullable End end() {
        return end;
    }

    /// Returns the recorded attempts, in the order in which they began.
    public List<AttemptRecorder> attempts() {
        Deque<AttemptRecorder> all = new ArrayDeque<>();
        for (AttemptRecorder each = last; each != null; each = each.before) all.addFirst(each);
        return List.copyOf(all);
    }

    /// Returns the number of recorded attempts of a kind.
    public int count(AttemptRecorder.Kind kind) {
        int count = 0;
        for (AttemptRecorder each = last; each != null; each = each.before) {
            if (each.kind() == kind) count++;
        }
        return count;
    }

    /// Returns the attempt that began last; null for none.
    @Nullable
    AttemptRecorder last() {
        return last;
    }

    /// Returns the number of recorded attempts.
    public int recorded() {
        return Math.min(attempts, MOST_ATTEMPTS);
    }

    /// Returns the number of attempts that were not recorded.
    public int unrecorded() {
        return Math.max(0, attempts - MOST_ATTEMPTS);
    }

    /// Returns the reason why the part waits now; null if it has ended.
    public @Nullable WaitsFor waitsFor() {
        if (ended != 0) return null;
        if (begun == 0) return WaitsFor.NOTHING;
        if (ready == 0) return WaitsFor.ANOTHER_PART;
        AttemptRecorder attempt = last;
        return attempt == null ? WaitsFor.NOTHING : attempt.waitsFor();
    }
}
