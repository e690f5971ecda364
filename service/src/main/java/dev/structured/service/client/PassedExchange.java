package dev.structured.service.client;

import dev.structured.service.aggregate.AnswerMemory;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.Passage;
import dev.structured.service.record.AttemptRecorder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.jspecify.annotations.Nullable;

/// The answer to a call that is passed back as it comes. The fields and the pieces of the body that the
/// parser finds wait here until [#passOn], since nothing may block inside the parser. For one thread.
final class PassedExchange extends ClientExchange {
    final Passage passage;
    private final List<HeaderField> fields = new ArrayList<>();
    /// The pieces of the body in the bytes that were read last.
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private boolean headComplete;
    private boolean begun;

    /// @param recorder records the attempt; null if it is not recorded
    PassedExchange(Passage passage, @Nullable AttemptRecorder recorder) {
        super(Integer.MAX_VALUE, Set.of(), List.of(), AnswerMemory.UNLIMITED, recorder);
        this.passage = passage;
    }

    @Override
    boolean hasHeadOnly() {
        return passage.method().equals("HEAD");
    }

    @Override
    boolean showsItsEnd() {
        return false;
    }

    @Override
    void add(HttpField field) {
        super.add(field);
        fields.add(new HeaderField(field.getName(), String.valueOf(field.getValue())));
    }

    @Override
    @Nullable
    DownstreamException endHead() {
        headComplete = true;
        return unreadable();
    }

    @Override
    @Nullable
    DownstreamException add(ByteBuffer bytes) {
        // The parser reuses its buffer.
        pieces.add(bytes.duplicate());
        bytes.position(bytes.limit());
        return null;
    }

    /// Returns true if the answer's head has come and is held back by the passage.
    @Override
    boolean isDecided() {
        return begun && passage.isHeld();
    }

    @Override
    void leaveRest() {
        passage.leaveRest();
    }

    /// Passes back the bytes that have arrived. Blocks while the client does not read. **Checkpoint.**
    @Override
    void passOn() throws InterruptedException {
        Integer status = status();
        if (!headComplete || status == null) return;
        if (!begun) {
            begun = true;
            passage.begin(status, fields);
            if (pieces.isEmpty()) passage.write(ByteBuffer.allocate(0));
        }
        for (ByteBuffer piece : pieces) passage.write(piece);
        pieces.clear();
    }
}
