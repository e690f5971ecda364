package dev.structured.service.config;

import dev.structured.service.config.Automaton.Relation;
import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The path of a route, e.g. `/products/{id}`: segments that are literal or have a parameter. At the end,
/// `**` stands for any further segments, also for none.
///
/// @param text the text in the file
/// @param segments the segments without slashes, and without `**`
/// @param isOpen true if the path ends in `**`
public record RoutePath(String text, List<PathSegment> segments, boolean isOpen) {
    /// The type of paths of routes.
    public static final ScalarType<RoutePath> TYPE = ScalarType.text("/.*", RoutePath::parse)
            .withPlaceholder(new RoutePath("/", List.of(), false))
            .withPrinter(RoutePath::text);

    private static final String REST = "**";
    private static final int LONGEST = 1_000;

    public RoutePath { segments = List.copyOf(segments); }

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
        if (text.equals("/")) return new RoutePath(text, List.of(), false);
        List<PathSegment> segments = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int start = 1;
        boolean open = false;
        for (String written : SegmentParser.split(text)) {
            if (open)
                throw new InvalidValueException(start - REST.length() - 1,
                        "has '**', which is for the end of a path");
            open = written.equals(REST);
            if (!open) segments.add(segment(written, start, names));
            start += written.length() + 1;
        }
        return new RoutePath(text, segments, open);
    }

    /// @param names those of the parameters so far; receives another one
    private static PathSegment segment(String written, int start, Set<String> names)
            throws InvalidValueException {
        PathSegment segment;
        try {
            segment = SegmentParser.parse(written);
        } catch (InvalidValueException e) {
            throw e.within(start);
        }
        String name = segment.parameter();
        if (name == null || names.add(name)) return segment;
        throw new InvalidValueException(start,
                "has the parameter {" + name + "} twice; give each its own name");
    }

    /// Returns the text before `/**`; all of it without that.
    public String beginning() {
        return isOpen ? text.substring(0, text.length() - REST.length() - 1) : text;
    }

    /// Returns the path as OpenAPI writes it: without types, patterns and `**`.
    public String template() {
        if (segments.isEmpty()) return isOpen ? "" : "/";
        StringBuilder template = new StringBuilder();
        for (PathSegment segment : segments) {
            template.append('/').append(segment.plain());
        }
        return template.toString();
    }

    /// Returns an encoded path that fits, with `42` for parameters where that fits.
    public String example() {
        if (segments.isEmpty()) return "/";
        StringBuilder path = new StringBuilder();
        for (PathSegment segment : segments) {
            path.append('/').append(switch (segment) {
                case PathSegment.Literal(String literal) -> literal;
                case PathSegment.Any _ -> "42";
                case ShapedSegment shaped ->
                    URLEncoder.encode(shaped.example(), StandardCharsets.UTF_8).replace("+", "%20");
            });
        }
        return path.toString();
    }

    /// Returns true if all requests that match another path match this one too.
    public boolean covers(RoutePath other) {
        List<PathSegment> others = other.segments;
        if (other.isOpen && !isOpen) return false;
        if (isOpen ? others.size() < segments.size() : others.size() != segments.size()) return false;
        for (int i = 0; i < segments.size(); i++) {
            Relation relation = PathSegment.compare(segments.get(i), others.get(i));
            if (relation != Relation.SAME && relation != Relation.WIDER) return false;
        }
        return true;
    }

    /// Returns the names of the parameters, in the path's order.
    public Set<String> parameters() {
        Set<String> names = new LinkedHashSet<>();
        for (PathSegment segment : segments) {
            String name = segment.parameter();
            if (name != null) names.add(name);
        }
        return names;
    }

    /// Returns the parameter's segment if it has a type, a pattern, or letters beside it; null otherwise.
    public @Nullable ShapedSegment shaped(String parameter) {
        for (PathSegment segment : segments) {
            if (segment instanceof ShapedSegment shaped && shaped.parameter().equals(parameter))
                return shaped;
        }
        return null;
    }

    /// Compares this with the path of a route that comes earlier in the file. Neither is open.
    public Overlap after(RoutePath earlier) {
        if (segments.size() != earlier.segments.size()) return Overlap.NONE;
        boolean narrower = false;
        boolean wider = false;
        for (int i = 0; i < segments.size(); i++) {
            switch (PathSegment.compare(segments.get(i), earlier.segments.get(i))) {
                case DISJOINT -> {
                    return Overlap.NONE;
                }
                case NARROWER -> narrower = true;
                case WIDER -> wider = true;
                case CROSSED -> {
                    narrower = true;
                    wider = true;
                }
                case SAME -> {
                }
            }
        }
        if (narrower && wider) return Overlap.CROSSED;
        return narrower ? Overlap.LATER_IS_NARROWER : wider ? Overlap.EARLIER_IS_NARROWER : Overlap.SAME;
    }
}
