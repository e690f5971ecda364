package dev.structured.service.config;

import dev.structured.service.config.Automaton.Relation;
import org.jspecify.annotations.Nullable;

/// One segment of a route's path: a literal, or a parameter, which may have a type or a pattern, and letters
/// before and after it.
public sealed interface PathSegment permits PathSegment.Literal, PathSegment.Any, ShapedSegment {
    /// Returns the segment as it is written in the file.
    String text();

    /// Returns the segment with its parameter, but without the parameter's type or pattern: `{id}.json`.
    default String plain() {
        return text();
    }

    /// Returns the name of its parameter; null for a literal.
    @Nullable
    String parameter();

    /// Exactly this text.
    record Literal(String text) implements PathSegment {
        @Override
        public @Nullable String parameter() {
            return null;
        }
    }

    /// Any text but an empty one.
    record Any(String parameter) implements PathSegment {
        @Override
        public String text() {
            return "{" + parameter + "}";
        }
    }

    /// Returns the relation between the texts that fit one segment and another one.
    static Relation compare(PathSegment one, PathSegment other) {
        if (one instanceof Literal(String text)) {
            return switch (other) {
                case Literal(String its) -> text.equals(its) ? Relation.SAME : Relation.DISJOINT;
                case Any _ -> Relation.NARROWER;
                case ShapedSegment shaped -> Automaton.of(text).to(shaped.automaton());
            };
        }
        if (other instanceof Literal) return compare(other, one).turned();
        return automaton(one).to(automaton(other));
    }

    private static Automaton automaton(PathSegment segment) {
        return segment instanceof ShapedSegment shaped ? shaped.automaton() : ShapedSegment.ANY;
    }
}
