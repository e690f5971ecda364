package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A condition for asking for a part: `${user.premium}`, `not ${user.guest}`, `${user.tier} == gold`,
/// `${user.orders} > 3`.
///
/// A variable alone is true unless it is missing, null, false, 0 or empty. A missing value equals nothing.
///
/// @param text the text in the file
/// @param not true if the condition is negated
/// @param variable the variable that is tested
/// @param test the comparison; null for a variable alone
/// @param value the value that it is compared with; null for a variable alone
public record Condition(String text, boolean not, Variable variable, @Nullable Test test,
        @Nullable JsonNode value) {
    static final Pattern WRITTEN = Pattern
            .compile("(not\\s+)?(\\$\\{[^}]*\\})(?:\\s*(==|!=|<=|>=|<|>)\\s*(.+))?");

    /// The type of conditions.
    public static final ScalarType<Condition> TYPE = ScalarType.text(WRITTEN.pattern(), Condition::parse);

    /// The comparisons.
    public enum Test {
        /// `==`
        EQUAL,
        /// `!=`
        DIFFERENT,
        /// `<`
        LESS,
        /// `<=`
        AT_MOST,
        /// `>`
        MORE,
        /// `>=`
        AT_LEAST
    }

    /// Reads the text of a file.
    static Condition parse(String text) throws InvalidValueException {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidValueException("must be a condition such as '${user.premium}', 'not "
                    + "${user.guest}' or "
                    + "'${user.tier} == gold'; it is '" + text + "'");
        }
        Variable variable = Variable.parse(matcher.group(2));
        boolean not = matcher.group(1) != null;
        if (matcher.group(3) == null) return new Condition(text, not, variable, null, null);
        Test test = test(matcher.group(3));
        return new Condition(text, not, variable, test, ConditionLiteral.read(matcher.group(4), test));
    }

    private static Test test(String sign) {
        return switch (sign) {
            case "==" -> Test.EQUAL;
            case "!=" -> Test.DIFFERENT;
            case "<" -> Test.LESS;
            case "<=" -> Test.AT_MOST;
            case ">" -> Test.MORE;
            default -> Test.AT_LEAST;
        };
    }
}
