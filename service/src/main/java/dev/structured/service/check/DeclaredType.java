package dev.structured.service.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.BodyConfig;
import dev.structured.service.config.Condition;
import dev.structured.service.config.ItemConfig;
import dev.structured.service.config.ParamConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.Variable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The declaration of the value of a variable, and the mistakes that follow from it.
///
/// @param rule the rule for the value
/// @param rest the fields of the value that the variable names
record DeclaredType(ParamConfig rule, List<String> rest) {

    /// Returns the declaration of a variable; null without one: the variable is a field of an answer, or of a
    /// body without a rule for it.
    static @Nullable DeclaredType of(Variable variable, RouteConfig route) {
        List<String> fields = variable.fields();
        return switch (variable.name()) {
            case Variable.BODY -> ofBody(fields, route.body());
            case Variable.COOKIE -> new DeclaredType(ParamConfig.TEXT, List.of());
            case Variable.HEADER, Variable.REQUEST ->
                fields.size() == 1 ? new DeclaredType(ParamConfig.TEXT, List.of()) : null;
            default -> ofParameter(variable.name(), fields, route);
        };
    }

    private static @Nullable DeclaredType ofParameter(String name, List<String> fields, RouteConfig route) {
        ParamConfig rule = route.params().get(name);
        if (rule != null) return new DeclaredType(rule, fields);
        return route.pattern().parameters().contains(name)
                ? new DeclaredType(route.pathParam(name), fields)
                : null;
    }

    private static @Nullable DeclaredType ofBody(List<String> fields, @Nullable BodyConfig body) {
        if (body == null || fields.isEmpty()) return null;
        ParamConfig rule = body.fields().get(fields.getFirst());
        return rule == null ? null : new DeclaredType(rule, fields.subList(1, fields.size()));
    }

    /// Returns the reason why the variable never has a value, as the end of a sentence; null if it may have
    /// one.
    @Nullable
    String noValue(Variable variable) {
        if (rest.isEmpty() || rule.type() == ParamConfig.Type.OBJECT) return null;
        boolean element = rest.getFirst().matches("[0-9]{1,9}");
        if (rule.type() == ParamConfig.Type.ARRAY && element) return null;
        String parent = variable.text().substring(0, variable.text().length() - String.join(".",
                rest).length() - 2) + "}";
        return "has " + variable.text() + ", but " + parent + " is declared as " + word()
                + ", which has no field '"
                + rest.getFirst() + "'";
    }

    /// Returns the reason why the value cannot be put in a text; null if it can.
    @Nullable
    String noText(Variable variable) {
        return rest.isEmpty() && isContainer()
                ? "has " + variable.text() + ", which is declared as " + word()
                        + " and cannot be put in a text; name an element or a field of it"
                : null;
    }

    /// Returns true for a list whose elements can be put in texts.
    boolean isFlatList() {
        ItemConfig items = rule.items();
        return rest.isEmpty() && rule.type() == ParamConfig.Type.ARRAY
                && (items == null || !items.rule().type().isContainer());
    }

    /// Returns the reason why the value is not a list; null if it may be one.
    @Nullable
    String noList(Variable variable) {
        return rest.isEmpty() && rule.type() != ParamConfig.Type.ARRAY
                ? "has " + variable.text() + ", which is declared as " + word() + " and is no list"
                : null;
    }

    /// Returns the reason why a condition always has the same result; null if it may be true or false.
    @Nullable
    String noQuestion(Condition condition) {
        Condition.Test test = condition.test();
        JsonNode other = condition.value();
        if (!rest.isEmpty() || test == null || other == null) return null;
        String variable = condition.variable().text();
        boolean equality = test == Condition.Test.EQUAL || test == Condition.Test.DIFFERENT;
        if (!equality) {
            return rule.type() == ParamConfig.Type.INTEGER || rule.type() == ParamConfig.Type.NUMBER
                    ? null
                    : "asks for the order of " + variable + ", which is declared as " + word()
                            + "; only numbers have an order: declare it as 'integer' or 'number'";
        }
        if (other.isNull()) return null;
        boolean possible = !isContainer() && canBe(other);
        return possible
                ? null
                : "compares " + variable + " with '" + other.asText() + "', which it "
                        + "never is: "
                        + (rule.oneOf().isEmpty()
                                ? "it is declared as " + word()
                                : "'oneOf' allows " + String.join(", ", rule.oneOf()));
    }

    /// Returns true if the variable may equal a value. A text equals a number that is written the same.
    private boolean canBe(JsonNode other) {
        JsonNode value = rule.type().read(other.asText());
        return value != null && rule.isAllowed(value);
    }

    private boolean isContainer() {
        return rule.type().isContainer();
    }

    private String word() {
        return "'" + rule.type().label() + "'";
    }

    /// Returns the reason why a fixed value never has the field that a variable names; null if it has the
    /// field, or if the part has no fixed value.
    static @Nullable String noField(Variable variable, @Nullable PartConfig part) {
        JsonNode value = part == null ? null : part.value();
        if (value == null) return null;
        for (String field : variable.fields()) {
            boolean index = value.isArray() && field.matches("[0-9]{1,9}");
            value = index ? value.path(Integer.parseInt(field)) : value.path(field);
        }
        return value.isMissingNode()
                ? "has " + variable.text() + ", but the fixed value of part '"
                        + variable.name() + "' has no such field"
                : null;
    }
}
