package dev.structured.service.guard;

import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.Passage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A passage that holds an answer back while the call may be made again: one that has a status to retry, and
/// is short. A longer answer is passed back, and the call is not made again. Used for one call.
final class HeldPassage extends WrappedPassage {
    private static final int MOST_BYTES = 64 * 1024;

    private final List<Integer> statuses;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable Head held;

    private record Head(int status, List<HeaderField> fields) {}

    /// @param statuses the statuses after which the call may be made again
    HeldPassage(Passage inner, List<Integer> statuses) {
        super(inner);
        this.statuses = statuses;
    }

    /// Passes back the answer that is held, if there is one: no other will come.
    void release() throws InterruptedException {
        Head head = held;
        if (head == null) return;
        held = null;
        inner.begin(head.status, head.fields);
        inner.write(ByteBuffer.wrap(body.toByteArray()));
    }

    @Override
    public void begin(int status, List<HeaderField> fields) {
        body.reset();
        held = statuses.contains(status) ? new Head(status, List.copyOf(fields)) : null;
        if (held == null) inner.begin(status, fields);
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
}
