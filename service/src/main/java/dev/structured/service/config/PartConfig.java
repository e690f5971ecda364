package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.yaml.AnyScalar;
import dev.structured.service.yaml.Key;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One part of a page: one call of a downstream, a call for each element of a list, or a fixed value.
///
/// Exactly one of `downstream` and `value` is not null: the reader sees to it.
///
/// @param name its name in the file
/// @param downstream the name of the downstream it is asked of
/// @param value the value of a part that asks nobody
public record PartConfig(
        String name,
        @Key(name = "from", says = "The downstream that is asked.") @Nullable String downstream,
        @Key(says = "A fixed value, instead of asking a downstream.") @Nullable JsonNode value,
        @Key(preset = "GET", says = "The method that the downstream is asked with.") Method method,
        @Key(says = "What the downstream is asked for; ${id} is a parameter, ${user.id} a field of another part.") @Nullable PathTemplate path,
        @Key(says = "The query: a list of the client's parameters that are passed on, or a mapping of names to values.") @Nullable QueryRules query,
        @Key(max = "50", each = "header", names = HeaderName.class, says = "Headers of the call, by name; values may have variables.") Map<String, TextTemplate> headers,
        @Key(max = "50", each = "header", type = HeaderName.class, says = "The client's headers that are passed on; the route's list where this is missing.") @Nullable List<String> requestHeaders,
        @Key(max = "50", each = "header", type = HeaderName.class, says = "Headers of the downstream's answer that the client gets.") List<String> responseHeaders,
        @Key(says = "The JSON that is sent; a string that is one variable becomes its value, with its type.") @Nullable JsonTemplate body,
        @Key(says = "Sent as Idempotency-Key, which lets a POST be repeated.") @Nullable TextTemplate idempotencyKey,
        @Key(preset = "true", says = "Whether the downstream's 'retry' holds for this part.") boolean retry,
        @Key(preset = "true", says = "Whether the downstream's 'hedge' holds for this part.") boolean hedge,
        @Key(max = "100", each = "part", says = "Parts that are waited for, beside those whose fields are used.") List<String> needs,
        @Key(max = "20", single = true, each = "condition", says = "When the part is asked for: all conditions must hold. Not asked for is not missing.") List<Condition> when,
        @Key(says = "A list: the part is asked once for each element, which is ${item}.") @Nullable Variable each,
        @Key(preset = "8", min = "1", max = "100", says = "How many elements are asked for at the same time.") int atOnce,
        @Key(preset = "100", min = "1", max = "1000", says = "The most elements; a longer list fails the part.") int atMost,
        @Key(preset = "null", says = "What becomes of an element that failed: the part fails, it is left out, or it is null.") OnElementFailure onElementFailure,
        @Key(preset = "false", says = "Whether there is no page without the part.") boolean required,
        @Key(says = "What stands in when the part failed.") @Nullable OnFailure onFailure,
        @Key(says = "The value that stands in, with 'onFailure: fallback'.") @Nullable JsonNode fallback,
        @Key(min = "400", max = "599", each = "status", names = StatusCode.class, says = "For a required part: the client's status for a status of the downstream, such as 409: 409.") Map<Integer, Integer> statuses,
        @Key(says = "The longest time that its calls may take: 300ms, 40% of the deadline, or 'remaining - 50ms'.") @Nullable BudgetRule budget,
        @Key(min = "1ms", max = "10min", says = "With less time left than this, the call is not made.") @Nullable Duration minBudget,
        @Key(says = "The field of the answer that is taken instead of all of it, such as data.items.") @Nullable FieldPath target,
        @Key(max = "200", each = "field", says = "The only fields that are taken; of each element, for a list.") List<FieldPath> allow,
        @Key(max = "200", each = "field", says = "The fields that are left out.") List<FieldPath> deny,
        @Key(max = "200", each = "field", names = AnyScalar.class, says = "New names for fields.") Map<String, String> rename,
        @Key(preset = "false", says = "Whether a list of lists becomes one list.") boolean flatten,
        @Key(type = PageField.class, says = "The part's name in the page, if not its own.") @Nullable String as,
        @Key(type = PageField.class, says = "The object of the page that the part is put in.") @Nullable String group,
        @Key(preset = "false", says = "Whether the part's fields are put in the page itself; needs 'allow'.") boolean merge,
        @Key(preset = "true", says = "Whether the part is in the page at all, or only there for other parts.") boolean show) {

    /// What stands in for a part that failed.
    public enum OnFailure {
        /// Nothing: there is no page.
        FAIL,
        /// Nothing: the page comes without the field.
        OMIT,
        /// null.
        NULL,
        /// A fixed value.
        FALLBACK,
        /// The last good answer, if there is one that is not too old; else null, or no page if the part is required.
        STALE
    }

    /// What becomes of an element that failed.
    public enum OnElementFailure {
        /// The part fails.
        FAIL,
        /// The list is shorter.
        OMIT,
        /// It is null in the list.
        NULL
    }

    public PartConfig {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        requestHeaders = requestHeaders == null ? null : List.copyOf(requestHeaders);
        responseHeaders = List.copyOf(responseHeaders);
        needs = List.copyOf(needs);
        when = List.copyOf(when);
        statuses = Map.copyOf(statuses);
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        rename = Collections.unmodifiableMap(new LinkedHashMap<>(rename));
    }

    /// Returns the part's name in the page, or in its group.
    public String field() {
        return as == null ? name : as;
    }

    /// Returns true when there is no page without the part.
    public boolean isRequired() {
        return required || onFailure == OnFailure.FAIL;
    }

    /// Calls `action` with each variable that the part uses, wherever it stands.
    public void variables(Consumer<Variable> action) {
        ingredients(action);
        when.forEach(condition -> action.accept(condition.variable()));
    }

    /// Calls `action` with each variable that the part is made of: those of conditions are not among them.
    public void ingredients(Consumer<Variable> action) {
        if (path != null) path.variables().forEach(action);
        if (query != null) query.set().values().forEach(value -> value.variables().forEach(action));
        headers.values().forEach(value -> value.variables().forEach(action));
        if (body != null) body.variables(action);
        if (idempotencyKey != null) idempotencyKey.variables().forEach(action);
        if (each != null) action.accept(each);
    }

    /// Returns the names without whose values the part is not asked for. Those that only its conditions look at are not
    /// among them.
    public Set<String> lostWithout() {
        Set<String> names = new HashSet<>(needs);
        ingredients(variable -> names.add(variable.name()));
        return names;
    }

    /// Returns the first words of all variables, and the parts named in `needs`; those among them that are parts of the
    /// route are what this part waits for.
    public Set<String> mentions() {
        Set<String> names = new LinkedHashSet<>(needs);
        variables(variable -> names.add(variable.name()));
        return names;
    }
}
