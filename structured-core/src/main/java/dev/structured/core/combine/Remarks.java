package dev.structured.core.combine;

import dev.structured.core.Instrument;

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

    /// Suppresses the second exception in the first, unless they are the same, it is there already, the
    /// first has reached the limit, or it accepts none, as errors that the machine has thrown.
    ///
    /// @return false if the second would be lost
    static boolean add(Throwable thrown, Throwable remark) {
        if (thrown == remark) return true;
        Throwable[] before = thrown.getSuppressed();
        for (Throwable each : before) if (each == remark) return true;
        if (before.length >= MOST) return false;
        thrown.addSuppressed(remark);
        return thrown.getSuppressed().length > before.length;
    }

    /// Suppresses a failure in another, or reports it as dropped.
    static void addOrReport(Throwable thrown, Throwable failure) {
        if (!add(thrown, failure)) Instrument.reportDropped(failure);
    }
}
