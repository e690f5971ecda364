package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the text of a [PathTemplate].
///
/// Literals must be percent-encoded (RFC 3986: `pchar` and `/`). They have no dot segments and no empty ones:
/// a path whose meaning changes when a server normalises it is a mistake.
final class TemplateParser {
    private static final int LONGEST = 1_000;
    private static final String LEGAL = "-._~!$&'()*+,;=:@/";
    private static final Pattern ESCAPE = Pattern.compile("%[0-9A-Fa-f]{2}");
    private static final Pattern DOTS = Pattern.compile("(?<=/)(\\.|%2[Ee]){1,2}(?=/|$)");

    private final String text;
    private final List<TextTemplate.Piece> pieces = new ArrayList<>();
    private int position;

    private TemplateParser(String text) {
        this.text = text;
    }

    static PathTemplate parse(String text) throws InvalidValueException {
        return new TemplateParser(text).parse();
    }

    private PathTemplate parse() throws InvalidValueException {
        checkWhole();
        while (position < text.length()) {
            pieces.add(text.startsWith("${", position) ? variable() : literal());
        }
        return new PathTemplate(text, pieces);
    }

    static void checkLength(String text) throws InvalidValueException {
        if (text.length() > LONGEST) {
            throw new InvalidValueException("must not be longer than " + LONGEST + " characters");
        }
    }

    private void checkWhole() throws InvalidValueException {
        checkLength(text);
        if (!text.startsWith("/")) {
            throw new InvalidValueException("must begin with '/'; the host belongs to the downstream's "
                    + "'url'");
        }
        int empty = text.indexOf("//");
        if (empty >= 0) throw new InvalidValueException(empty, "has an empty segment ('//'); remove a slash");
        Matcher dots = DOTS.matcher(text);
        if (!dots.find()) return;
        throw new InvalidValueException(dots.start(),
                "has the dot segment '" + dots.group() + "'; write the path without it");
    }

    private TextTemplate.Piece variable() throws InvalidValueException {
        Matcher matcher = Variable.WRITTEN.matcher(text).region(position, text.length());
        if (!matcher.lookingAt()) {
            throw TextTemplate.unreadable(position);
        }
        position = matcher.end();
        return Variable.of(matcher);
    }

    private TextTemplate.Piece literal() throws InvalidValueException {
        int start = position;
        while (position < text.length() && !text.startsWith("${", position))
            position += character();
        return new TextTemplate.Literal(text.substring(start, position));
    }

    /// Checks the characters of a query (RFC 3986, 3.4), which has no variables.
    static void checkQuery(String text, int start) throws InvalidValueException {
        TemplateParser query = new TemplateParser(text);
        query.position = start;
        while (query.position < text.length()) {
            query.position += text.charAt(query.position) == '?' ? 1 : query.character();
        }
    }

    /// Checks the next character and returns its number of chars.
    private int character() throws InvalidValueException {
        int next = text.codePointAt(position);
        if (next == '%' && ESCAPE.matcher(text).region(position, text.length()).lookingAt()) return 3;
        boolean letterOrDigit = next < 0x80 && Character.isLetterOrDigit(next);
        if (letterOrDigit || LEGAL.indexOf(next) >= 0) return 1;
        throw new InvalidValueException(position, switch (next) {
            case '?' ->
                "must not contain '?'; query parameters belong in 'query'";
            case '#' -> "must not contain '#'; a fragment is never sent to a server";
            case '{', '}' ->
                "must not contain '" + Character.toString(next) + "'; a variable is written ${id}";
            default -> notAsItIs(next);
        });
    }

    /// Returns the message for a character that has to be written in another way.
    static String notAsItIs(int character) {
        return "must not contain '" + Character.toString(character) + "'; write it percent-encoded: "
                + encoded(character);
    }

    /// Returns a character as it is written in a path.
    static String encoded(int character) {
        return URLEncoder.encode(Character.toString(character), StandardCharsets.UTF_8).replace("+", "%20");
    }
}
