package dev.structured.core.interop;

/// Throws on what was caught on another thread, whatever its type.
final class Thrown {
    private Thrown() {}

    /// Throws the throwable. Never returns: write `throw Thrown.on(thrown)` where the signature, or what the
    /// caller knows, allows for its type.
    static RuntimeException on(Throwable thrown) {
        return Thrown.<RuntimeException>raise(thrown);
    }

    // Checked exceptions exist for the compiler only.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> RuntimeException raise(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
