package dev.structured.service.client;

import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.AnswerMemory;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.config.Encoding;
import dev.structured.service.record.AttemptRecorder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/// The answer to one call, as far as it has arrived. Collects the body of a 2xx, and refuses an answer that
/// breaks the rules for bodies. For one thread.
sealed class ClientExchange permits PassedExchange {
    /// An exchange that belongs to no call.
    static final ClientExchange NONE = new ClientExchange(0, Set.of(), List.of(),
            AnswerMemory.UNLIMITED, null);

    /// The longest problem that is read, in bytes, also when decoded.
    private static final int MOST_PROBLEM = 16 << 10;
    /// The longest time that the body of a decided answer is waited for, so that the connection can be used
    /// again, and for a problem.
    private static final Duration MOST_PATIENCE = Duration.ofMillis(250);
    /// The bytes of a body that are not counted.
    private static final int FREE = 64 << 10;
    /// A body needs memory for its bytes, for the text in them while it is read, and for what is read.
    private static final int WHILE_READ = 3;

    private final int maxBodyBytes;
    private final List<Encoding> encodings;
    private final AnswerMemory memory;
    private final @Nullable AttemptRecorder recorder;
    private final ReplyHead head;
    private final BodyBuffer body = new BodyBuffer();
    private @Nullable Integer status;
    /// Whether the status is that of an answer whose body counts: a 2xx, but not 204 or 205.
    private boolean hasContent;
    private long received;
    /// The bytes of memory that are taken.
    private long taken;
    private boolean cutShort;
    private boolean problem;
    private boolean decided;
    /// Whether the rest of the body was left. Belongs to the caller.
    private boolean left;

    /// @param maxBodyBytes the largest body that is read
    /// @param wanted the names of the answer's headers that are kept
    /// @param encodings the encodings that the body may have
    /// @param memory for the body
    /// @param recorder records the attempt; null if it is not recorded
    ClientExchange(int maxBodyBytes, Set<String> wanted, List<Encoding> encodings, AnswerMemory memory,
            @Nullable AttemptRecorder recorder) {
        this.recorder = recorder;
        this.memory = memory;
        this.encodings = encodings;
        this.maxBodyBytes = maxBodyBytes;
        this.head = new ReplyHead(wanted);
    }

    /// Returns the status of the answer; null while none has arrived.
    @Nullable
    Integer status() {
        return status;
    }

    private boolean isStatus(int code) {
        return status != null && status == code;
    }

    /// Returns the answer's head.
    ReplyHead head() {
        return head;
    }

    /// Returns the decoded body of a 2xx answer or of a [problem][#hasProblem()]; has no meaning for other
    /// answers.
    ///
    /// @throws DownstreamException if it is too large when decoded, or not encoded as the head says, or if
    ///     there is no memory for it
    byte[] body() throws DownstreamException {
        Encoding encoding = encoding();
        byte[] bytes = body.bytes();
        if (encoding == null || bytes.length == 0) return bytes;
        int most = problem ? Math.min(MOST_PROBLEM, maxBodyBytes) : maxBodyBytes;
        return BodyDecoder.decode(bytes, encoding, new DecodedBody(most, this::hasMemoryFor));
    }

    /// Returns true if the body is a problem that the call wants, and is complete.
    boolean hasProblem() {
        return problem && !left;
    }

    /// Returns true if the answer's head has come, and what follows can only add a problem to the reply: the
    /// status is that of a failure, or of an answer without a body. An answer that is passed back is decided
    /// while it is held back, since the call may be made again.
    boolean isDecided() {
        return decided;
    }

    /// Returns the longest time that the body of a decided answer is waited for. It ends before the deadline,
    /// so that the status is known by then.
    static Duration patience() {
        Duration half = Checkpoints.remaining().dividedBy(2);
        return half.compareTo(MOST_PATIENCE) < 0 ? half : MOST_PATIENCE;
    }

    /// Takes the head for the answer: its body took too long, or was cut short. Another thread may still add
    /// to a body whose end is marked, which is not read any more. One that lasts until the connection ends
    /// may be whole, as its JSON shows.
    void leaveRest() {
        left = head.isDelimited();
    }

    /// Returns the encoding of the body; null if it is not one of those that it may have.
    private @Nullable Encoding encoding() {
        for (Encoding each : encodings) {
            if (each.isNamed(head.contentEncoding())) return each;
        }
        return null;
    }

    /// Returns true if the rest of the body was not read, because it cannot change the reply.
    boolean isCutShort() {
        return cutShort;
    }

    /// Notes that there is a connection for the exchange.
    void connected() {
        if (recorder != null) recorder.connected();
    }

    /// Returns true if the answer has no body, whatever its head says, because the method is HEAD.
    boolean hasHeadOnly() {
        return false;
    }

    /// Returns true if the body itself shows whether it is whole, as JSON does.
    boolean showsItsEnd() {
        return true;
    }

    /// Returns the reason why the body cannot be read; null if it can.
    @Nullable
    DownstreamException unreadable() {
        return head.isReadable()
                ? null
                : refusal(ErrorType.PROTOCOL, "The answer has a transfer encoding other than chunked");
    }

    /// The answer's status has arrived; its fields follow.
    void begin(int code) {
        if (recorder != null) recorder.firstByte();
        status = code;
        hasContent = HttpStatus.isSuccess(code) && code != HttpStatus.NO_CONTENT_204
                && code != HttpStatus.RESET_CONTENT_205;
    }

    /// A field of the head has arrived.
    void add(HttpField field) {
        head.add(field);
    }

    /// The head is complete.
    ///
    /// @return the reason why the answer is refused; null if it is not
    @Nullable
    DownstreamException endHead() {
        DownstreamException unreadable = unreadable();
        if (unreadable != null) return unreadable;
        decided = !hasContent;
        problem = decided && head.hasWantedProblem() && (!head.isEncoded() || encoding() != null);
        cutShort = isEndless();
        if (decided) return null;
        if (isStatus(HttpStatus.PARTIAL_CONTENT_206)) return partial();
        if (head.contentLength() != 0 && head.isEncoded() && encoding() == null) {
            return refusal(ErrorType.CONTENT_CODING,
                    "The answer's content encoding is " + ReplyHead.shown(head.contentEncoding())
                            + ", though it was not asked for");
        }
        if (head.contentLength() > maxBodyBytes) return tooLarge();
        if (!hasMemoryFor(head.contentLength())) return outOfMemory();
        body.expect(head.contentLength());
        return null;
    }

    /// Returns true for a body that counts for nothing and lasts until the connection ends: waiting for that
    /// would not even keep the connection.
    private boolean isEndless() {
        boolean none = isStatus(HttpStatus.NO_CONTENT_204) || isStatus(HttpStatus.NOT_MODIFIED_304);
        return decided && !problem && !none && !head.isDelimited();
    }

    /// A piece of the body has arrived.
    ///
    /// @return the reason why the answer is refused; null if it is not
    @Nullable
    DownstreamException add(ByteBuffer bytes) {
        received += bytes.remaining();
        boolean fits = received <= maxBodyBytes;
        problem &= received <= MOST_PROBLEM;
        if (hasContent && !fits) return tooLarge();
        if (hasContent && !hasMemoryFor(received)) return outOfMemory();
        if (hasContent || problem) body.add(bytes);
        // The status is all that matters, so an endless error page is no further error.
        cutShort = !fits;
        return null;
    }

    /// Passes on the bytes that have arrived since the last call, unless the answer is kept until it is
    /// complete. Blocks while the reader is slow. **Checkpoint.**
    ///
    /// @throws InterruptedException if interrupted meanwhile
    void passOn() throws InterruptedException {
        // This answer is kept.
    }

    /// The version of HTTP marks the end of every body.
    void delimited() {
        head.delimited();
    }

    /// The body is complete.
    ///
    /// @return the reason why the answer is refused; null if it is not
    @Nullable
    DownstreamException endBody() {
        if (status == null) return refusal(ErrorType.PROTOCOL, "An answer without a status");
        if (!hasContent || head.contentLength() <= received) return null;
        return refusal(ErrorType.INCOMPLETE, "The answer's body is shorter than its head says");
    }

    /// Takes the memory that a body needs while it is read; returns false if there is not so much left.
    private boolean hasMemoryFor(long bytes) {
        if (bytes <= FREE) return true;
        long more = bytes * WHILE_READ - taken;
        if (more <= 0) return true;
        if (!memory.take(more)) return false;
        taken += more;
        return true;
    }

    /// The body has been read, so that of the memory only what it was made into is needed any more.
    void bodyRead() {
        keep(taken / WHILE_READ);
    }

    /// The answer is of no use, and needs no memory any more.
    void dropped() {
        keep(0);
    }

    private void keep(long bytes) {
        if (taken > bytes) memory.giveBack(taken - bytes);
        taken = bytes;
    }

    /// Returns the reason why a 206 is refused.
    static DownstreamException partial() {
        return refusal(ErrorType.INCOMPLETE,
                "The answer is a part of one (206), though the whole was asked for");
    }

    private static DownstreamException outOfMemory() {
        return refusal(ErrorType.MEMORY, "There is no memory left for the answer's body");
    }

    private DownstreamException tooLarge() {
        return refusal(ErrorType.BODY_TOO_LARGE,
                "The answer's body is larger than " + maxBodyBytes + " bytes");
    }

    private static DownstreamException refusal(ErrorType type, String why) {
        return new DownstreamException(type, why, null);
    }
}
