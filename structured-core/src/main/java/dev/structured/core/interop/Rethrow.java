package dev.structured.core.interop;

/// Throws an exception again that was caught on another thread, whatever its type. The kernel has the same
/// few lines, but not in its public API, which is all that this package uses.
final class Rethrow {
    private Rethrow() {}

    /// Throws the throwable. Never returns: write `throw Rethrow.unchecked(thrown)` where the signature, or
    /// knowledge of the caller, allows for its type.
    static RuntimeException unchecked(Throwable thrown) {
        return Rethrow.<RuntimeException>raise(thrown);
    }

    // Checked exceptions exist for the compiler only.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> RuntimeException raise(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
