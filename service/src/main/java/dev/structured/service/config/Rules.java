package dev.structured.service.config;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// The rules of single values, by their Java types.
final class Rules {
    private static final int LONGEST_NAME = 64;
    static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
    static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");
    static final Pattern STATUS = Pattern.compile("[1-5][0-9]{2}");

    /// Types that are written as one text.
    private static final Map<Class<?>, Rule.OfText<?>> TEXTS = Map.ofEntries(
            Map.entry(RoutePath.class, RoutePath::parse),
            Map.entry(PathTemplate.class, PathTemplate::parse),
            Map.entry(TextTemplate.class, TextTemplate::parse),
            Map.entry(Variable.class, Variable::parse),
            Map.entry(Condition.class, Condition::parse),
            Map.entry(FieldPath.class, FieldPath::parse),
            Map.entry(HeaderValue.class, HeaderValue::parse),
            Map.entry(URI.class, DownstreamUrl::parse));

    /// Types that are written as a number with something behind it, which YAML may take for anything.
    private static final Map<Class<?>, Rule.OfText<?>> QUANTITIES = Map.of(
            BudgetRule.class, BudgetRule::parse,
            Share.class, Share::parse,
            HedgeDelay.class, HedgeDelay::parse);

    private Rules() {}

    /// Returns true for a type that is written as one value, though it may be a record.
    static boolean isText(Class<?> type) {
        return TEXTS.containsKey(type) || QUANTITIES.containsKey(type);
    }

    /// Returns the rule of a type.
    static Rule<?> of(Class<?> type, Key key) {
        Rule.OfText<?> quantity = QUANTITIES.get(type);
        if (quantity != null) return scalar -> quantity.read(scalar.getValue());
        Rule.OfText<?> text = TEXTS.get(type);
        if (text != null) return Rule.text(text);
        if (type == boolean.class) return Rule.flag();
        if (type == String.class) return string(key.each());
        if (type == Duration.class) return Rule.duration(duration(key.min()), duration(key.max()));
        if (type.isEnum()) return oneOf(type);
        if (key.bytes()) return Rule.size(size(key.min()), size(key.max()));
        return Rule.number(Integer.parseInt(key.min()), Integer.parseInt(key.max()));
    }

    private static Rule<String> string(String what) {
        return switch (what) {
            case "header" -> Rule.text(Rules::headerName);
            case "name" -> Rule.text(Rules::queryName);
            case "field of the page" -> Rule.text(Rules::pageField);
            case "value" -> scalar -> scalar.getValue();
            default -> Rule.text(text -> text);
        };
    }

    /// Returns the rule for names of query parameters.
    static Rule<String> queryNames() {
        return Rule.text(Rules::queryName);
    }

    /// Returns the rule for the names in a mapping.
    ///
    /// @param kind what is named, e.g. `part`
    static Rule.OfText<?> names(String kind) {
        return switch (kind) {
            case "header" -> Rules::headerName;
            case "name" -> Rules::queryName;
            case "field" -> text -> text;
            case "status" -> text -> {
                if (STATUS.matcher(text).matches()) return text;
                throw new Rejected("must be the number of a status, 100 to 599; it is '" + text + "'");
            };
            default -> Rules::name;
        };
    }

    private static String name(String name) throws Rejected {
        if (NAME.matcher(name).matches()) return name;
        throw new Rejected(
                "has a name that cannot be used; names begin with a letter and have at most 64 letters, "
                        + "digits, '_' and '-'");
    }

    private static String pageField(String name) throws Rejected {
        if (NAME.matcher(name).matches()) return name;
        throw new Rejected(
                "must begin with a letter and have at most 64 letters, digits, '_' and '-'; it is '"
                        + name + "'");
    }

    static int status(String text) {
        return STATUS.matcher(text).matches() ? Integer.parseInt(text) : 0;
    }

    /// Returns the form of a name under which it is kept: headers in lower case.
    static String canonical(String kind, String name) {
        return kind.equals("header") ? name.toLowerCase(Locale.ROOT) : name;
    }

    private static String headerName(String name) throws Rejected {
        if (HEADER_NAME.matcher(name).matches()) return name.toLowerCase(Locale.ROOT);
        throw new Rejected("must be the name of a header, at most 64 characters; it is '" + name + "'");
    }

    private static String queryName(String name) throws Rejected {
        boolean legal = name.length() <= LONGEST_NAME
                && name.chars().allMatch(c -> c > ' ' && c < 0x7f && "&=#%+".indexOf(c) < 0);
        if (legal) return name;
        throw new Rejected("must be the plain name of a query parameter, at most " + LONGEST_NAME
                + " characters without spaces and '&', '=', '#', '%', '+'; it is '" + name + "'");
    }

    private static Rule<Object> oneOf(Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) names.add(written((Enum<?>) constant));
        return scalar -> {
            String text = scalar.getValue();
            int index = names.indexOf(text);
            boolean word = Rule.isText(scalar) || text.equals("null");
            if (index >= 0 && word) return type.getEnumConstants()[index];
            throw new Rejected("must be one of " + String.join(", ", names) + "; it is '" + text + "'"
                    + NearMiss.hint(text, names));
        };
    }

    /// Returns how a constant is written in a file: `x-request-timeout` for a header, `GET` for a method, else in lower
    /// case.
    static String written(Enum<?> constant) {
        return switch (constant) {
            case Method method -> method.name();
            case DeadlineHeader header -> header.headerName();
            default -> constant.name().toLowerCase(Locale.ROOT);
        };
    }

    private static Duration duration(String text) {
        return Duration.ofMillis(quantity(Quantity.DURATION, text));
    }

    private static int size(String text) {
        return Math.toIntExact(quantity(Quantity.SIZE, text));
    }

    private static long quantity(Quantity quantity, String text) {
        try {
            return quantity.read(text, 0, Long.MAX_VALUE);
        } catch (Rejected e) {
            throw new IllegalStateException("A bound that cannot be read: " + text, e);
        }
    }
}
