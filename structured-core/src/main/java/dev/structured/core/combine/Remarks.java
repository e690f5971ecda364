package dev.structured.core.combine;

/// Adds suppressed exceptions to others, a limited number, and puts exceptions into words.
final class Remarks {
    /// A program may throw the same exception again and again, and it would collect suppressed ones without
    /// end.
    private static final int MOST = 64;

    /// Exceptions that hold each other would also repeat each other's messages.
    private static final int MOST_CHARACTERS = 1_000;

    private Remarks() {}

    /// Returns the exception in words, or its class if it cannot describe itself: a message must not take the
    /// place of the failure that it is about.
    @SuppressWarnings("SwallowedCancelled") // the next checkpoint throws again
    static String words(Throwable thrown) {
        try {
            String words = thrown.toString();
            return words.length() <= MOST_CHARACTERS ? words : begin(words) + "…";
        } catch (Throwable cannotTell) {
            return thrown.getClass().getName();
        }
    }

    /// Cuts no pair of surrogates.
    private static String begin(String words) {
        boolean inPair = Character.isHighSurrogate(words.charAt(MOST_CHARACTERS - 1));
        return words.substring(0, inPair ? MOST_CHARACTERS - 1 : MOST_CHARACTERS);
    }

    /// Suppresses a remark in an exception, unless they are the same, the exception has reached the limit, or
    /// it accepts none, as errors that the machine has thrown.
    static void add(Throwable thrown, Throwable remark) {
        if (thrown != remark && thrown.getSuppressed().length < MOST) thrown.addSuppressed(remark);
    }
}
