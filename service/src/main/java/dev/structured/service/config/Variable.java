package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A reference to a value that each request has: `${id}`, `${user.address.0.city}`, `${body.name}`.
///
/// What the name means is looked up in this order: `body`, `client`, `cookie`, `header`, `item`, `jwt` and
/// `request` mean what the client sent, who asks, the element of a fan-out, and the request itself; else a
/// parameter of the route; else a part.
///
/// @param name the first word
/// @param fields the path to a field of it, outermost first; a number is an index of a list, from 0
public record Variable(String name, List<String> fields) implements TextTemplate.Piece {
    static final Pattern WRITTEN = Pattern
            .compile("\\$\\{([A-Za-z][A-Za-z0-9_-]*)((?:\\.[A-Za-z0-9_-]+)*)\\}");

    /// The type of variables.
    public static final ScalarType<Variable> TYPE = ScalarType.text(WRITTEN.pattern(), Variable::parse)
            .withPlaceholder(new Variable("request", List.of("id")))
            .withPrinter(Variable::text);

    /// The request's JSON body.
    public static final String BODY = "body";
    /// A header of the client that the route takes in, in lower case: `${header.accept-language}`.
    public static final String HEADER = "header";
    /// The element of a part with `each`.
    public static final String ITEM = "item";
    /// The request itself: `${request.id}`.
    public static final String REQUEST = "request";
    /// A cookie of the client: `${cookie.session}`.
    public static final String COOKIE = "cookie";
    /// The client that asks, by its key: `${client.name}`.
    public static final String CLIENT = "client";
    /// The claims of the token of the one who asks: `${jwt.sub}`.
    public static final String JWT = "jwt";
    /// The names that no part and no parameter may have.
    public static final List<String> RESERVED = List.of(BODY, CLIENT, COOKIE, HEADER, ITEM, JWT, REQUEST);

    public Variable { fields = List.copyOf(fields); }

    /// Reads a text that is one variable and nothing else.
    static Variable parse(String text) throws InvalidValueException {
        Matcher matcher = WRITTEN.matcher(text);
        if (matcher.matches()) return of(matcher);
        throw new InvalidValueException("must be one variable such as ${user.orders}; it is '" + text + "'");
    }

    /// Returns those of a template, in order.
    static List<Variable> in(List<TextTemplate.Piece> pieces) {
        List<Variable> found = new ArrayList<>();
        for (TextTemplate.Piece piece : pieces) {
            if (piece instanceof Variable variable) found.add(variable);
        }
        return found;
    }

    static Variable of(Matcher matcher) {
        String fields = matcher.group(2);
        return new Variable(matcher.group(1),
                fields.isEmpty() ? List.of() : List.of(fields.substring(1).split("\\.")));
    }

    /// Returns the name of the client's header that the variable refers to, in lower case; empty for any
    /// other variable.
    public Optional<String> header() {
        boolean ofHeader = name.equals(HEADER) && !fields.isEmpty();
        return ofHeader ? Optional.of(fields.getFirst().toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    /// Returns the name of the client's cookie that the variable refers to; empty for any other variable. It
    /// may have dots.
    public Optional<String> cookie() {
        boolean ofCookie = name.equals(COOKIE) && !fields.isEmpty();
        return ofCookie ? Optional.of(String.join(".", fields)) : Optional.empty();
    }

    /// Returns the variable as it is written in the file.
    @Override
    public String text() {
        return "${" + name + (fields.isEmpty() ? "" : "." + String.join(".", fields)) + "}";
    }
}
