package dev.structured.service.commands;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// Formats numbers, durations, sizes and lists for people.
final class Words {
    private Words() {}

    /// Returns a duration in the largest unit that leaves no remainder: "800 ms", "2 s", "10 min".
    static String time(Duration time) {
        long nanos = time.toNanos();
        if (nanos % 1_000_000 != 0) return number(nanos / 1e6) + " ms";
        long millis = nanos / 1_000_000;
        if (millis == 0 || millis % 1_000 != 0) return millis + " ms";
        return millis % 60_000 == 0 ? millis / 60_000 + " min" : millis / 1_000 + " s";
    }

    /// Returns a number of bytes in the largest unit that leaves no remainder: "1 MiB", "1500 B".
    static String size(int bytes) {
        if (bytes == 0 || bytes % 1_024 != 0) return bytes + " B";
        int kibibytes = bytes / 1_024;
        return kibibytes % 1_024 == 0 ? kibibytes / 1_024 + " MiB" : kibibytes + " KiB";
    }

    /// Returns a number with at most two decimals.
    static String number(double number) {
        String text = String.format(Locale.ROOT, "%.2f", number);
        return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text.replaceAll("0$", "");
    }

    static String counted(int count, String what) {
        return counted(count, what, what + "s");
    }

    static String counted(int count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }

    /// Returns "a, b and c".
    static String list(List<String> words) {
        if (words.size() < 2) return String.join("", words);
        return String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
    }
}
