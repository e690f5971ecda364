package dev.structured.service.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The commands `top` and `ps`.
public final class Terminal {
    /// Moves to the upper left corner and hides the cursor.
    private static final String HOME = "\033[H\033[?25l";
    private static final String CLEAR = "\033[H\033[2J";
    private static final String REST_OF_LINE = "\033[K";
    private static final String REST_OF_SCREEN = "\033[J";
    private static final String CURSOR = "\033[?25h";

    private Terminal() {}

    /// The options of `top`.
    ///
    /// @param once whether to print the service's state once and end
    /// @param interval the time between two updates
    /// @param order the order of routes: `rate`, `p99`, `in-flight` or `name`
    /// @param json whether to print the JSON, one line for each update, in place of tables
    public record TopView(boolean once, Duration interval, String order, boolean json) {
        /// The names of orders.
        public static final List<String> ORDERS = List.of("rate", "p99", "in-flight", "name");
    }

    /// The options of `ps`.
    ///
    /// @param route the name of the only route to show, or its path; null for all
    /// @param quiet whether to print only ids
    /// @param json whether to print the requests in flight as JSON
    public record PsView(@Nullable String route, boolean quiet, boolean json) {}

    /// Prints the requests in flight. Blocks for a few seconds at most.
    public static void ps(Source source, PsView view, PrintStream out) throws TerminalException {
        JsonNode tick = source.now();
        if (view.json) out.println(tick.path("running"));
        else
            (view.quiet ? PsText.ids(tick, view.route) : PsText.of(tick, view.route)).forEach(out::println);
    }

    /// Shows the service until the user presses `q`, or once. An update overwrites the last one on a
    /// terminal; elsewhere it is printed below the last one. Blocks.
    ///
    /// @param ending true when it is to end
    public static void top(Source source, TopView view, BooleanSupplier ending, PrintStream out)
            throws TerminalException {
        if (view.once || view.json || !Keyboard.isThere()) plain(source, view, ending, out);
        else
            drawn(source, view, ending, out);
    }

    private static void plain(Source source, TopView view, BooleanSupplier ending, PrintStream out)
            throws TerminalException {
        while (true) {
            JsonNode tick = source.now();
            if (view.json) out.println(tick);
            else
                lines(tick, source, view).forEach(out::println);
            if (view.once || out.checkError()) return;
            if (!view.json) out.println();
            if (!pause(view.interval, ending)) return;
        }
    }

    private static List<String> lines(JsonNode tick, Source source, TopView view) {
        return TopText.of(tick, view.order, source.toString(), ZoneId.systemDefault());
    }

    private static boolean pause(Duration interval, BooleanSupplier ending) {
        long end = System.nanoTime() + interval.toNanos();
        while (System.nanoTime() < end && !ending.getAsBoolean()) {
            try {
                TimeUnit.MILLISECONDS.sleep(Math.min(100, interval.toMillis()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return !ending.getAsBoolean();
    }

    /// An update that fails is reported and tried again: a service may be restarted while it is shown.
    private static void drawn(Source source, TopView view, BooleanSupplier ending, PrintStream out)
            throws TerminalException {
        JsonNode first = source.now(); // what is wrong from the beginning ends the command
        try (Keyboard keys = Keyboard.open()) {
            out.print(CLEAR);
            draw(lines(first, source, view), out);
            while (!ending.getAsBoolean()) {
                if (isQuit(keys, view.interval, ending)) return;
                draw(look(source, view), out);
            }
        } finally {
            out.print(CURSOR);
            out.println();
            out.flush();
        }
    }

    private static List<String> look(Source source, TopView view) {
        try {
            return lines(source.now(), source, view);
        } catch (TerminalException e) {
            return List.of(String.valueOf(e.getMessage()), "", "Trying again ...");
        }
    }

    private static boolean isQuit(Keyboard keys, Duration interval, BooleanSupplier ending) {
        long end = System.nanoTime() + interval.toNanos();
        while (System.nanoTime() < end && !ending.getAsBoolean()) {
            int key = keys.read();
            if (key == 'q' || key == 'Q' || key == 3) return true;
        }
        return false;
    }

    private static void draw(List<String> lines, PrintStream out) {
        Keyboard.Size size = Keyboard.size();
        List<String> shown = new ArrayList<>();
        for (String line : lines) wrap(line, size.columns(), shown);
        if (shown.size() > size.rows() - 2) shown = shown.subList(0, Math.max(1, size.rows() - 2));
        StringBuilder screen = new StringBuilder(HOME);
        for (String line : shown) screen.append(line).append(REST_OF_LINE).append("\r\n");
        screen.append("q quits").append(REST_OF_LINE).append(REST_OF_SCREEN);
        out.print(screen);
        out.flush();
    }

    /// Breaks a line that is too wide, at a space if it has one.
    static void wrap(String line, int columns, List<String> to) {
        String rest = line;
        while (rest.length() > columns) {
            int space = rest.lastIndexOf(' ', columns);
            int at = space > 0 ? space : columns;
            if (at > 1 && Character.isHighSurrogate(rest.charAt(at - 1))) at--; // of a pair
            to.add(rest.substring(0, at));
            rest = rest.substring(at).stripLeading();
        }
        to.add(rest);
    }
}
