package dev.structured.service.yaml;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/// What is wrong with a text that is not valid YAML, in words that name the fix, and where to look for it.
///
/// The parser says what it expected, in words of its grammar, and where it gave up. That is often a line
/// further down than the mistake.
///
/// @param place where the mistake is, as far as that can be told
/// @param message what is wrong, and what to do
record SyntaxMistake(Optional<Mark> place, String message) {
    private static final int NO_BREAK_SPACE = 0xA0;
    private static final int WIDE_COLON = 0xFF1A;

    static SyntaxMistake of(MarkedYamlEngineException e) {
        String problem = String.valueOf(e.getProblem());
        String context = String.valueOf(e.getContext());
        Optional<Mark> here = e.getProblemMark();
        Optional<Mark> begin = e.getContextMark();
        if (begin.isPresent()) {
            Mark start = begin.get();
            if (context.contains("simple key")) return new SyntaxMistake(begin, noColon(start));
            if (context.contains("quoted scalar") && problem.startsWith("found unexpected"))
                return new SyntaxMistake(begin, "the quote that opens here is not closed; close it");
            if (context.contains("double-quoted scalar"))
                return new SyntaxMistake(here, "in double quotes a '\\' begins an escape, and there is none "
                        + "like this; write '\\\\', or use single quotes");
            if (problem.startsWith("expected ',' or '"))
                return inBrackets(here, start, problem);
            if (problem.startsWith("expected <block end>"))
                return new SyntaxMistake(here, isFirstOfLine(here) ? misfit(start, context) : leftOver());
        }
        return new SyntaxMistake(here, other(e, problem, context));
    }

    private static String other(MarkedYamlEngineException e, String problem, String context) {
        if (problem.contains("(TAB)")) return "a tab is used for indentation; use spaces";
        if (problem.startsWith("mapping values are not allowed here"))
            return "there is no place for another 'key: value' here; the ':' before it needs a space after "
                    + "it, or the value needs quotes";
        if (problem.contains("cannot start any token"))
            return "a value that begins with '" + sign(e.getProblemMark()) + "' needs quotes";
        if (context.contains("scanning an alias")) return needsQuotes('*');
        if (context.contains("scanning an anchor")) return needsQuotes('&');
        if (context.contains("scanning a block scalar"))
            return "a value that begins with '|' or '>' needs quotes, unless its text begins in the next "
                    + "line";
        if (problem.contains("before directives"))
            return "a line that begins with '%' is for YAML itself; remove it";
        if (problem.startsWith("expected the node content")) return "a value is missing here";
        return e.getContext() == null ? problem : context + ", " + problem;
    }

    private static String needsQuotes(char sign) {
        return "a value that begins with '" + sign + "' needs quotes, unless the name of an anchor follows";
    }

    /// Explains a line without a colon where there must be one.
    private static String noColon(Mark start) {
        String seeming = "";
        for (int i = start.getPointer(); i < start.getBuffer().length && start.getBuffer()[i] != '\n'; i++) {
            int c = start.getBuffer()[i];
            if (c == NO_BREAK_SPACE) seeming = "; U+00A0 in it is no space but a no-break space";
            if (c == WIDE_COLON) seeming = "; U+FF1A in it is no ':' but a wide colon";
        }
        return "this line is no 'key: value', since it has no ':' with a space after it" + seeming;
    }

    /// Explains brackets that are not closed, or that hold a text which needs quotes.
    private static SyntaxMistake inBrackets(Optional<Mark> here, Mark start, String problem) {
        if (isAfter('$', here))
            return new SyntaxMistake(here,
                    "inside { } a value with ${…} must be in quotes: \"/products/${id}\"");
        String close = problem.contains("'}'") ? "'}'" : "']'";
        String open = close.equals("'}'") ? "'{'" : "'['";
        if (problem.endsWith("<stream end>"))
            return new SyntaxMistake(Optional.of(start), "this " + open + " is not closed; add " + close);
        return new SyntaxMistake(here, "for the " + open + " at line " + (start.getLine() + 1) + ", column "
                + (start.getColumn() + 1) + " a ',' or " + close
                + " is missing before this; if it belongs to a "
                + "text, put the text in quotes");
    }

    /// Explains a line that fits neither the mapping or list that is open nor one around it.
    ///
    /// @param start where the mapping or list begins
    private static String misfit(Mark start, String context) {
        boolean list = context.contains("collection");
        return "this line does not fit into the " + (list ? "list" : "mapping") + " that begins at line "
                + (start.getLine() + 1) + "; there each "
                + (list ? "entry begins with '- '" : "'key: value' begins") + " in column "
                + (start.getColumn() + 1);
    }

    private static String leftOver() {
        return "the value has ended before this; remove the rest, or put the whole value in quotes "
                + "(within single quotes, '' is a quote)";
    }

    private static boolean isFirstOfLine(Optional<Mark> place) {
        if (place.isEmpty()) return true;
        Mark mark = place.get();
        for (int i = mark.getPointer() - 1; i >= 0 && mark.getBuffer()[i] != '\n'; i--) {
            if (mark.getBuffer()[i] != ' ') return false;
        }
        return true;
    }

    private static boolean isAfter(int sign, Optional<Mark> place) {
        return place
                .filter(mark -> mark.getPointer() > 0 && mark.getBuffer()[mark.getPointer() - 1] == sign)
                .isPresent();
    }

    private static String sign(Optional<Mark> place) {
        return place.filter(mark -> mark.getPointer() < mark.getBuffer().length)
                .map(mark -> Character.toString(mark.getBuffer()[mark.getPointer()])).orElse("");
    }
}
