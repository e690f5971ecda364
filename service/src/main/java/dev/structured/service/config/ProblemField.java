package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.JsonType;
import dev.structured.service.yaml.ScalarType;
import dev.structured.service.yaml.ValueType;
import dev.structured.service.yaml.YamlValue;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
    static final class Value implements ValueType<JsonNode> {
        /// The type.
        public static final Value TYPE = new Value();

        @Override
        public @Nullable JsonNode read(YamlValue value) {
            JsonNode read = JsonType.TYPE.read(value);
            if (read == null || !hasUnknown(read)) return read;
            value.locate(Value::hasUnknown)
                    .report("has a variable that is not filled in here; those of problems "
                            + "are ${request.id} and ${problem.name}");
            return null;
        }

        private static boolean hasUnknown(JsonNode value) {
            if (value.isTextual()) return hasUnknown(value.textValue());
            boolean found = false;
            for (JsonNode element : value) found |= hasUnknown(element);
            return found || value.propertyStream().anyMatch(field -> field.getKey().contains("${"));
        }

        private static boolean hasUnknown(String text) {
            Matcher known = VARIABLE.matcher(text);
            return known.replaceAll("").contains("${");
        }

        @Override
        public ObjectNode schema() {
            return JsonType.TYPE.schema();
        }

        @Override
        public JsonNode placeholder() {
            return JsonType.TYPE.placeholder();
        }
    }
}
