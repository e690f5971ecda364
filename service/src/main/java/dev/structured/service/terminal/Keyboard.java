package dev.structured.service.terminal;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads the terminal's keys one by one, without waiting for Enter. Closing it restores the terminal's mode.
final class Keyboard implements AutoCloseable {
    private static final int STTY_SECONDS = 5;

    private final @Nullable String before;

    private Keyboard(@Nullable String before) {
        this.before = before;
    }

    /// Returns true if the output goes to a terminal whose user can press keys.
    @SuppressWarnings("SystemConsoleNull") // it is null again since JDK 25 where there is no terminal
    static boolean isThere() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /// Takes the terminal. Without `stty`, keys need an Enter.
    static Keyboard open() {
        String before = stty("-g");
        // A read returns after a tenth of a second without a key.
        if (before != null) stty("-icanon", "-echo", "min", "0", "time", "1");
        return new Keyboard(before);
    }

    /// Waits for a key for about a tenth of a second. Blocks.
    ///
    /// @return its code; -1 for none
    int read() {
        try {
            if (before == null) {
                TimeUnit.MILLISECONDS.sleep(100);
                return System.in.available() > 0 ? System.in.read() : -1;
            }
            return System.in.read();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 'q';
        }
    }

    /// The rows and columns of a terminal.
    record Size(int rows, int columns) {}

    /// Returns the size of the terminal; the usual one if it is not known.
    static Size size() {
        String size = stty("size");
        if (size == null || !size.matches("[1-9]\\d{0,4} [1-9]\\d{0,4}")) return new Size(24, 80);
        int space = size.indexOf(' ');
        return new Size(Integer.parseInt(size.substring(0, space)),
                Integer.parseInt(size.substring(space + 1)));
    }

    private static @Nullable String stty(String... words) {
        String[] command = new String[words.length + 1];
        command[0] = "stty";
        System.arraycopy(words, 0, command, 1, words.length);
        try {
            Process stty = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return stty.waitFor(STTY_SECONDS, TimeUnit.SECONDS) && stty.exitValue() == 0 ? said : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @Override
    public void close() {
        if (before != null) stty(before);
    }
}
