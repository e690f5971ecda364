package dev.structured.core;

/// Frames of different sizes, so that the stack of what runs under them ends at another place.
final class Padding {
    private Padding() {}

    /// Runs the code under so many frames.
    static void run(int frames, Runnable code) {
        if (frames == 0) code.run();
        else if (frames % 2 == 0)
            run(frames - 1, code);
        else
            wide(frames, 1, 2, 3, code);
    }

    private static void wide(int frames, long a, long b, long c, Runnable code) {
        run(frames - 1, code);
        if (a + b + c == frames) throw new IllegalStateException();
    }
}
