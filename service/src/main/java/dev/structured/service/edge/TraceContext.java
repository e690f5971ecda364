package dev.structured.service.edge;

import dev.structured.service.record.Trace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The trace that a client's request belongs to, by W3C Trace Context, level 1, with the flag that level 2
/// adds. Invalid fields are ignored.
///
/// @param traceparent the field as the client sent it
/// @param tracestate the vendors' additions, without those beyond the limits; null for none
public record TraceContext(String traceparent, @Nullable String tracestate) {
    private static final int FLAGS_BEGIN = 53;
    private static final int FLAGS_END = 55;
    private static final int HEXADECIMAL = 16;

    /// The form of level 1; later versions may have more at the end.
    private static final Pattern TRACEPARENT = Pattern
            .compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}"
                    + "-[0-9a-f]{2}(-[ -~]{0,64})?");
    /// A member of the state: the vendor's name, and a value without commas, equals signs, and spaces at its
    /// end.
    private static final Pattern MEMBER = Pattern
            .compile("([a-z0-9][a-z0-9_*/@-]{0,255})=[ !-+\\--<>-~]{0,255}[!-+\\--<>-~]");
    private static final int MOST_MEMBERS = 32;
    private static final int MOST_CHARACTERS = 512;
    /// The length above which members are left out first if the state is too long.
    private static final int LONG_MEMBER = 128;
    /// The characters that are read at most: fields may be longer than any valid state.
    private static final int MOST_READ = 8_192;

    /// Returns the context of a request; null if it has no valid one.
    public static @Nullable TraceContext of(Headers headers) {
        List<String> values = headers.values("traceparent");
        if (values.size() != 1) return null;
        String value = values.getFirst().strip();
        boolean first = value.startsWith("00-");
        if (!TRACEPARENT.matcher(value).matches() || (first && value.length() != FLAGS_END)) return null;
        return new TraceContext(value, state(headers.values("tracestate")));
    }

    private static @Nullable String state(List<String> fields) {
        String joined = String.join(",", fields);
        if (joined.length() > MOST_READ) return null;
        List<String> members = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String each : joined.split(",", -1)) {
            String member = each.strip();
            if (member.isEmpty()) continue;
            if (!MEMBER.matcher(member).matches()) return null;
            if (!names.add(member.substring(0, member.indexOf('=')))) return null;
            members.add(member);
        }
        return members.isEmpty() || members.size() > MOST_MEMBERS ? null : shortened(members);
    }

    /// Leaves out whole members until the rest is short enough: long ones first, then the last ones, which
    /// are the oldest.
    private static @Nullable String shortened(List<String> members) {
        for (int i = members.size() - 1; i >= 0 && length(members) > MOST_CHARACTERS; i--) {
            if (members.get(i).length() > LONG_MEMBER) members.remove(i);
        }
        while (length(members) > MOST_CHARACTERS)
            members.removeLast();
        return members.isEmpty() ? null : String.join(",", members);
    }

    private static int length(List<String> members) {
        return members.stream().mapToInt(String::length).sum() + members.size() - 1;
    }

    /// Returns the id of the trace.
    public String id() {
        return Trace.idOf(traceparent);
    }

    /// Returns the id of the client's span.
    public String span() {
        return Trace.spanOf(traceparent);
    }

    /// Returns the flags as a number of eight bits.
    public int flags() {
        return Integer.parseInt(traceparent.substring(FLAGS_BEGIN, FLAGS_END), HEXADECIMAL);
    }
}
