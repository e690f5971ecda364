package dev.structured.core.interop;

import dev.structured.core.Body;
import dev.structured.core.CancelScope;
import dev.structured.core.Instrument;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Runs a block with an open resource of the file system, which is closed at the end even if the task is
/// cancelled.
final class FileScope {
    private FileScope() {}

    @FunctionalInterface
    interface Block<T extends @Nullable Object, X extends Exception> {
        T run() throws IOException, X;
    }

    /// Runs the body, and then closes the resource. If the body has thrown, an exception of the close is
    /// suppressed in it.
    @SuppressWarnings("SwallowedCancelled") // kept in the one that is thrown
    static <T extends @Nullable Object, X extends Exception> T call(Block<T, X> body,
            Body<IOException> closing)
            throws IOException, X {
        T value;
        try {
            value = body.run();
        } catch (Throwable thrown) {
            try {
                shielded(closing);
            } catch (Throwable failure) {
                Instrument.suppressOrReport(thrown, failure);
            }
            throw thrown;
        }
        shielded(closing);
        return value;
    }

    private static void shielded(Body<IOException> closing) throws IOException {
        new CancelScope("closing").withShield().run(closing);
    }
}
