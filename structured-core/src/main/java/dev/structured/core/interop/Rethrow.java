package dev.structured.core.interop;

/// Throws on what was caught on another thread, whatever its type. The kernel has the same few lines: they
/// are no part of its public API, and a room uses nothing else of it.
final class Rethrow {
    private Rethrow() {}

    /// Throws the throwable. Never returns: write `throw Rethrow.unchecked(thrown)` where the signature, or
    /// what the caller knows, allows for its type.
    static RuntimeException unchecked(Throwable thrown) {
        return Rethrow.<RuntimeException>raise(thrown);
    }

    // Checked exceptions exist for the compiler only.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> RuntimeException raise(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
