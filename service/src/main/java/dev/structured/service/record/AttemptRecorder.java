package dev.structured.service.record;

import org.jspecify.annotations.Nullable;

/// The record of one attempt of a call. Each field is written once, by the task that makes the attempt; any
/// thread may read it at any time. Times are in microseconds since the request began; 0 is not yet.
public final class AttemptRecorder {
    private static final String CANCELLED = "cancelled";

    /// The kinds of attempts.
    public enum Kind {
        FIRST, RETRY, HEDGE
    }

    private final PartRecorder part;
    private final Kind kind;
    private final int begun;
    /// 0 if no traces are made.
    private final long span;
    /// The first attempt of the same call; null for a first attempt.
    private final @Nullable AttemptRecorder of;
    /// The attempt of the part that began before this one.
    final @Nullable AttemptRecorder before;
    private volatile int queued;
    private volatile int admitted;
    private volatile int connecting;
    private volatile int connected;
    private volatile int firstByte;
    private volatile int ended;
    /// All four written before `connecting`.
    private @Nullable String endpoint;
    private @Nullable String address;
    private @Nullable String method;
    private @Nullable String template;
    /// Both written before `ended`.
    private int status;
    private @Nullable String error;
    private volatile boolean shared;
    /// Written before `shared`.
    private @Nullable SpanLink sharedWith;
    private volatile boolean kept;

    AttemptRecorder(PartRecorder part, Kind kind, @Nullable AttemptRecorder of,
            @Nullable AttemptRecorder before) {
        this.part = part;
        this.kind = kind;
        this.of = of;
        this.before = before;
        this.begun = part.now();
        this.span = part.trace() == null ? 0 : Trace.newSpan();
    }

    /* --- Writing --- */

    /// Begins another attempt of the same call.
    ///
    /// @return null if the part has had too many
    public @Nullable AttemptRecorder another(Kind which) {
        return part.attempt(which, of == null ? this : of);
    }

    /// The attempt waits for a permit.
    public void queued() {
        queued = part.now();
    }

    /// The attempt has got its permit.
    public void admitted() {
        admitted = part.now();
    }

    /// The attempt goes to one of several addresses of its host. To be called before [#connecting].
    ///
    /// @param one the address, and the port
    public void addressed(String one) {
        address = one;
    }

    /// The attempt needs a connection. Called again if it goes to another endpoint, since it could not be
    /// sent to the first one.
    ///
    /// @param to the endpoint: its host and port
    /// @param by the method
    /// @param path the path before its variables were filled in
    public void connecting(String to, String by, String path) {
        ended = 0;
        error = null;
        endpoint = to;
        method = by;
        template = path;
        connecting = part.now();
    }

    /// The attempt has a connection.
    public void connected() {
        connected = part.now();
    }

    /// The status of the answer has arrived.
    public void firstByte() {
        firstByte = part.now();
    }

    /// The attempt waits for an equal call that another request has made.
    ///
    /// @param call the attempt that makes it; null if it is not recorded
    public void shared(@Nullable AttemptRecorder call) {
        Trace trace = call == null ? null : call.part.trace();
        if (call != null && trace != null) {
            sharedWith = new SpanLink(trace.id(), call.span, trace.isSampled());
        }
        shared = true;
    }

    /// A kept answer made the call superfluous.
    public void kept() {
        kept = true;
        ended(200, null);
    }

    /// A kept answer replaces that of this call, which failed.
    ///
    /// @param nanos the age of the answer
    public void replacedBy(long nanos) {
        part.replacedBy(nanos);
    }

    /// The attempt has ended. Only the first call counts.
    ///
    /// @param code the status of the answer; 0 if none arrived
    /// @param why the reason of the failure; null if there is an answer
    public void ended(int code, @Nullable String why) {
        if (ended != 0) return;
        status = code;
        error = why;
        ended = part.now();
        if (CANCELLED.equals(why)) part.page().request().cutShort();
    }

    /* --- Reading --- */

    public Kind kind() {
        return kind;
    }

    public int begun() {
        return begun;
    }

    /// Returns the id of its span; 0 if no traces are made.
    public long span() {
        return span;
    }

    /// Returns the first attempt of the same call; null for a first attempt.
    public @Nullable AttemptRecorder of() {
        return of;
    }

    /// Returns the time at which it began to wait for a permit; 0 if it never did.
    public int queuedAt() {
        return queued;
    }

    /// Returns the time at which it got a permit for which it had waited; 0 if it has not.
    public int admittedAt() {
        return admitted;
    }

    /// Returns the time at which it began to need a connection; 0 if it never did.
    public int connectingAt() {
        return connecting;
    }

    public int connectedAt() {
        return connected;
    }

    public int firstByteAt() {
        return firstByte;
    }

    public int endedAt() {
        return ended;
    }

    /// Returns the endpoint that was asked; null before that.
    public @Nullable String endpoint() {
        return connecting == 0 ? null : endpoint;
    }

    /// Returns the address and the port that were asked, of a host that has several; otherwise the endpoint.
    public @Nullable String place() {
        return connecting == 0 || address == null ? endpoint() : address;
    }

    /// Returns the method that was sent; null before that.
    public @Nullable String method() {
        return connecting == 0 ? null : method;
    }

    /// Returns the path before its variables were filled in; null before it was sent.
    public @Nullable String template() {
        return connecting == 0 ? null : template;
    }

    /// Returns the status of the answer; 0 if there is none.
    public int status() {
        return ended == 0 ? 0 : status;
    }

    /// Returns the reason of the failure; null if it has not failed.
    public @Nullable String error() {
        return ended == 0 ? null : error;
    }

    /// Returns true if it waited for another request's call.
    public boolean isShared() {
        return shared;
    }

    /// Returns the attempt of the other request; null if it waited for none, or that one has no trace.
    public @Nullable SpanLink sharedWith() {
        return shared ? sharedWith : null;
    }

    /// Returns true if a kept answer was used.
    public boolean isKept() {
        return kept;
    }

    /// Returns true if it was cut short.
    public boolean wasCancelled() {
        return CANCELLED.equals(error());
    }

    /// Returns true if it got an answer.
    public boolean isAnswered() {
        return ended != 0 && error == null;
    }

    WaitsFor waitsFor() {
        if (ended != 0) return WaitsFor.RETRY;
        if (shared) return WaitsFor.SHARED_CALL;
        if (queued != 0 && admitted == 0) return WaitsFor.QUEUE;
        if (connecting == 0) return WaitsFor.NOTHING;
        if (connected == 0) return WaitsFor.CONNECTION;
        return firstByte == 0 ? WaitsFor.FIRST_BYTE : WaitsFor.BODY;
    }
}
