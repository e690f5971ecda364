package dev.structured.service.record;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The record of one page: the only one of a request, or one of a batch. The task that makes the page writes
/// it; any thread may read it at any time. Times are in microseconds since the request began; 0 is not yet.
public final class PageRecorder {
    /// The most pages of a batch that are recorded.
    static final int MOST_PAGES = 32;
    private static final PartRecorder[] NO_PARTS = {};
    static final String NO_ROUTE = "-";

    private final Recorder request;
    private final int number;
    private volatile PartRecorder[] parts = NO_PARTS;
    private volatile int planned;
    /// Both written before `planned`.
    private String route = NO_ROUTE;
    private long allowedMicros;

    PageRecorder(Recorder request, int number) {
        this.request = request;
        this.number = number;
    }

    Recorder request() {
        return request;
    }

    /* --- Writing --- */

    /// The page is being made.
    ///
    /// @param allowed the longest time that it may take
    public void planned(RouteLayout layout, Duration allowed) {
        PartRecorder[] all = new PartRecorder[layout.parts().size()];
        for (int i = 0; i < all.length; i++) all[i] = new PartRecorder(this, layout.parts().get(i));
        route = layout.route();
        allowedMicros = Math.max(0, allowed.toNanos() / 1_000);
        parts = all;
        if (number == 0) request.routed(route);
        planned = request.now();
    }

    /// The pages of a batch are being made, in place of this one.
    ///
    /// @param name the route's name
    /// @param pages their number
    /// @param allowed the longest time that all of them may take
    public void plannedBatch(String name, int pages, Duration allowed) {
        request.batch(pages);
        planned(new RouteLayout(name, List.of()), allowed);
    }

    /// Begins a page of the batch.
    ///
    /// @param index its place in the batch, from 0
    /// @return null if there are too many; they are only counted
    public @Nullable PageRecorder ofBatch(int index) {
        if (index >= MOST_PAGES) return null;
        PageRecorder page = new PageRecorder(request, index + 1);
        request.add(page);
        return page;
    }

    /// Returns the recorder of a part.
    ///
    /// @param index its place in the layout
    public PartRecorder part(int index) {
        return parts[index];
    }

    /// Tasks of the page are being cancelled.
    ///
    /// @param part the part or quorum that is the reason; null for the page as a whole
    public void cancels(Cause.Kind kind, @Nullable String part) {
        request.cancels(kind, part == null ? null : named(part), request.now(), number);
    }

    /// A call for the page has failed.
    ///
    /// @param line the line of the log about it
    public void callFailed(String line) {
        request.callFailed(line);
    }

    /// The deadline has passed.
    public void deadlinePassed() {
        long deadline = planned + allowedMicros;
        request.cancels(Cause.Kind.DEADLINE, null, (int) Math.min(deadline, request.now()), number);
    }

    /* --- Reading --- */

    /// Returns its place in the batch, from 1; 0 for the only page of a request.
    public int number() {
        return number;
    }

    /// Returns the name of its route; `-` if none is known.
    public String route() {
        return planned == 0 ? NO_ROUTE : route;
    }

    /// Returns the parts, each after the parts that it needs; empty before the page is made.
    public List<PartRecorder> parts() {
        return Arrays.asList(parts);
    }

    /// Returns the time at which the making of the page began.
    public int plannedAt() {
        return planned;
    }

    long allowedMicros() {
        return allowedMicros;
    }

    /// Returns the name of a part among all parts of the request.
    String named(String part) {
        return number == 0 ? part : part + " of page " + number;
    }
}
