package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The path of a route, e.g. `/products/{id}`: segments that are either literal or a parameter. At the end,
/// `**` stands for any further segments, also for none.
///
/// @param text the text in the file
/// @param segments the segments without slashes; parameters have their braces
public record RoutePath(String text, List<String> segments) {
    /// The type of paths of routes.
    public static final ScalarType<RoutePath> TYPE = ScalarType.text("/.*", RoutePath::parse)
            .withPlaceholder(new RoutePath("/", List.of()))
            .withPrinter(RoutePath::text);

    private static final String REST = "**";
    private static final int LONGEST = 1_000;
    private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9._~-]+");
    private static final Pattern PARAMETER = Pattern.compile("\\{[A-Za-z][A-Za-z0-9_]*\\}");

    /// The relations between the requests that an earlier and a later route match.
    public enum Overlap {
        /// No request matches both.
        NONE,
        /// The same requests match both.
        SAME,
        /// The earlier one is a special case of the later one. It is tried first and gets its own requests.
        EARLIER_IS_NARROWER,
        /// The later one is a special case of the earlier one, which gets all of its requests.
        LATER_IS_NARROWER,
        /// Some requests match both, and neither is a special case of the other.
        CROSSED
    }

    static RoutePath parse(String text) throws InvalidValueException {
        if (text.length() > LONGEST)
            throw new InvalidValueException("must not be longer than " + LONGEST
                    + " characters");
        if (!text.startsWith("/")) throw new InvalidValueException("must begin with '/'");
        if (text.equals("/")) return new RoutePath(text, List.of());
        List<String> segments = new ArrayList<>();
        int start = 1;
        for (String segment : text.substring(1).split("/", -1)) {
            if (!segment.equals(REST)) check(segment, start);
            else if (start + REST.length() < text.length()) {
                throw new InvalidValueException(start, "has '**', which is for the end of a path");
            }
            if (PARAMETER.matcher(segment).matches() && segments.contains(segment)) {
                throw new InvalidValueException(start, "has the parameter " + segment + " twice; give "
                        + "each its own name");
            }
            segments.add(segment);
            start += segment.length() + 1;
        }
        return new RoutePath(text, List.copyOf(segments));
    }

    private static void check(String segment, int start) throws InvalidValueException {
        if (segment.isEmpty())
            throw new InvalidValueException(start, "has an empty segment; remove the "
                    + "extra '/'");
        if (segment.equals(".") || segment.equals("..")) {
            throw new InvalidValueException(start, "has the dot segment '" + segment + "'; write the "
                    + "path without it");
        }
        if (segment.startsWith("${")) {
            throw new InvalidValueException(start,
                    "has '" + segment + "'; a parameter of a route is written {id}, without '$'");
        }
        if (LITERAL.matcher(segment).matches() || PARAMETER.matcher(segment).matches()) return;
        throw new InvalidValueException(start, "has the segment '" + segment
                + "'; a segment is letters, digits, '.', '_', '~' and '-', or one parameter such as {id}");
    }

    /// Returns true if the path ends in `**`.
    public boolean isOpen() {
        return !segments.isEmpty() && segments.getLast().equals(REST);
    }

    /// Returns the segments before `**`; all of them without it.
    public List<String> fixed() {
        return isOpen() ? segments.subList(0, segments.size() - 1) : segments;
    }

    /// Returns the text before `/**`; all of it without that.
    public String beginning() {
        return isOpen() ? text.substring(0, text.length() - REST.length() - 1) : text;
    }

    /// Returns true if all requests that match another path match this one too.
    public boolean covers(RoutePath other) {
        List<String> own = fixed();
        List<String> others = other.fixed();
        if (other.isOpen() && !isOpen()) return false;
        if (isOpen() ? others.size() < own.size() : others.size() != own.size()) return false;
        for (int i = 0; i < own.size(); i++) {
            if (parameter(own.get(i)) == null && !own.get(i).equals(others.get(i))) return false;
        }
        return true;
    }

    /// Returns the names of the parameters, in the path's order.
    public Set<String> parameters() {
        Set<String> names = new LinkedHashSet<>();
        for (String segment : segments) {
            String name = parameter(segment);
            if (name != null) names.add(name);
        }
        return names;
    }

    /// Compares this with the path of a route that comes earlier in the file.
    public Overlap after(RoutePath earlier) {
        if (segments.size() != earlier.segments.size()) return Overlap.NONE;
        boolean narrower = false;
        boolean wider = false;
        for (int i = 0; i < segments.size(); i++) {
            boolean here = parameter(segments.get(i)) != null;
            boolean there = parameter(earlier.segments.get(i)) != null;
            if (!here && !there && !segments.get(i).equals(earlier.segments.get(i))) return Overlap.NONE;
            narrower |= !here && there;
            wider |= here && !there;
        }
        if (narrower && wider) return Overlap.CROSSED;
        return narrower ? Overlap.LATER_IS_NARROWER : wider ? Overlap.EARLIER_IS_NARROWER : Overlap.SAME;
    }

    /// Returns the name of the parameter in a segment of a path; null for a literal.
    public static @Nullable String parameter(String segment) {
        return segment.startsWith("{") ? segment.substring(1, segment.length() - 1) : null;
    }
}
