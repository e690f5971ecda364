package dev.structured.service.client;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The end of an answer: it is complete, or there is a failure. Not thrown where it is read, since a scope or
/// a nursery around the reading would take part in it: [#check] throws it outside.
record AnswerEnd(@Nullable DownstreamException refused, @Nullable IOException broken) {
    /// Reads an answer, or a part of it.
    interface Reading {
        /// Reads. Blocks; an interrupt closes the connection.
        void run() throws DownstreamException, IOException, InterruptedException;
    }

    /// Reads an answer, and returns how that ended.
    ///
    /// @throws InterruptedException if interrupted meanwhile
    static AnswerEnd of(Reading reading) throws InterruptedException {
        try {
            reading.run();
            return new AnswerEnd(null, null);
        } catch (DownstreamException e) {
            return new AnswerEnd(e, null);
        } catch (IOException e) {
            if (Thread.interrupted()) throw new InterruptedException("Interrupted while reading");
            return new AnswerEnd(null, e);
        }
    }

    /// Returns true if the connection has ended before the answer.
    boolean isEarly() {
        return broken != null || (refused != null && refused.type() == ErrorType.INCOMPLETE);
    }

    /// Throws the failure, if there is one.
    void check() throws DownstreamException, IOException {
        if (refused != null) throw refused;
        if (broken != null) throw broken;
    }
}
