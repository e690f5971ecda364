package dev.structured.service.guard;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.Passage;
import dev.structured.service.config.RetryConfig;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A passage that holds an answer back while the call may be made again: one that has a status to retry and
/// up to 64 KiB. A larger answer is passed back, and the call is not made again. If the body of an answer
/// that is held takes too long or ends too early, the call is made again without it. If it cannot be made
/// again, it has failed. Used for one call.
final class HeldPassage extends WrappedPassage {
    private static final int MOST_BYTES = 64 * 1024;

    private final RetryConfig retry;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable Head held;
    private boolean last;
    /// Whether the body of the answer that is held lacks its end.
    private boolean left;

    private record Head(int status, List<HeaderField> fields) {}

    /// @param retry says how often, and after which statuses, the call may be made again
    HeldPassage(Passage inner, RetryConfig retry) {
        super(inner);
        this.retry = retry;
    }

    /// An attempt begins. The answer to the last one is passed back as it comes.
    void attempt(int number) {
        last = number == retry.attempts();
    }

    /// Passes back the answer that is held, if there is one: no other will come.
    ///
    /// @throws DownstreamException if its body lacks its end
    void end() throws DownstreamException, InterruptedException {
        Head head = held;
        if (head != null && left) {
            throw new DownstreamException(ErrorType.INCOMPLETE, "The body of the answer with status "
                    + head.status + " is not complete, and the call could not be made again", null);
        }
        release();
    }

    private void release() throws InterruptedException {
        Head head = held;
        if (head == null) return;
        held = null;
        inner.begin(head.status, head.fields);
        inner.write(ByteBuffer.wrap(body.toByteArray()));
    }

    @Override
    public void begin(int status, List<HeaderField> fields) {
        body.reset();
        left = false;
        boolean again = !last && retry.statuses().contains(status) && !isTooLarge(fields);
        held = again ? new Head(status, List.copyOf(fields)) : null;
        if (held == null) inner.begin(status, fields);
    }

    private boolean isTooLarge(List<HeaderField> fields) {
        return !method().equals("HEAD") && fields.stream()
                .filter(each -> each.name().equalsIgnoreCase("content-length"))
                .anyMatch(each -> HeaderField.isNumber(each.value())
                        && Long.parseLong(each.value()) > MOST_BYTES); // the client has read it as a long
    }

    @Override
    public void write(ByteBuffer bytes) throws InterruptedException {
        if (held != null && body.size() + bytes.remaining() <= MOST_BYTES) {
            byte[] kept = new byte[bytes.remaining()];
            bytes.get(kept);
            body.writeBytes(kept);
            return;
        }
        release();
        inner.write(bytes);
    }

    @Override
    public boolean isHeld() {
        return held != null;
    }

    @Override
    public void leaveRest() {
        left = true;
    }
}
