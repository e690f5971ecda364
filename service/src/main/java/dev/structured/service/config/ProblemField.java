package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.Set;
import java.util.regex.Pattern;

/// A member of a problem that the configuration adds. For [Key#names()][dev.structured.service.yaml.Key].
public final class ProblemField {
    /// The members that RFC 9457 defines.
    public static final Set<String> STANDARD = Set.of("type", "title", "status", "detail", "instance");

    /// The members that the service itself adds.
    public static final Set<String> OWN = Set.of("error", "part", "downstream", "upstreamStatus", "budgetMs",
            "elapsedMs", "maxBodyBytes", "line", "column");

    /// The variables in a member's value.
    public static final Pattern VARIABLE = Pattern.compile("\\$\\{(request\\.id|problem\\.name)}");

    private static final Pattern WRITTEN = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

    /// The type of their names.
    public static final ScalarType<String> TYPE = ScalarType.text(WRITTEN.pattern(), ProblemField::parse);

    private ProblemField() {}

    private static String parse(String text) throws InvalidValueException {
        if (!WRITTEN.matcher(text).matches()) {
            throw new InvalidValueException(
                    "has a name that cannot be used; names begin with a letter and have at "
                            + "most 64 letters, digits, '_' and '-'");
        }
        if (STANDARD.contains(text)) {
            throw new InvalidValueException("is a member that each problem has (RFC 9457); "
                    + (text.equals("type") ? "write 'types'" : "write 'texts' for titles and details")
                    + ", or choose another name");
        }
        if (OWN.contains(text))
            throw new InvalidValueException("is a member that the service itself sets; choose another name");
        return text;
    }

    /// The type of their values: JSON with these variables and no others.
    static final class Value {
        /// The type.
        public static final FixedJson TYPE = new FixedJson(
                text -> VARIABLE.matcher(text).replaceAll("").contains(FixedJson.VARIABLE),
                "has a variable that is not filled in here; those of problems "
                        + "are ${request.id} and ${problem.name}");

        private Value() {}
    }
}
