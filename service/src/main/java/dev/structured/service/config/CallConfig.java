package dev.structured.service.config;

import dev.structured.service.yaml.Flat;
import dev.structured.service.yaml.Key;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The call that a part makes.
///
/// @param downstream the name of the downstream that is asked
/// @param requestHeaders null for those of the route
/// @param responseHeaders the names of headers of the answer that the client gets, in lower case
/// @param budget the longest time that its calls may take; null for the route's deadline alone
/// @param minBudget the least time that must be left for a call; null for any
/// @param shape what is taken of the answer
/// @param failure what stands in for the part when it failed
public record CallConfig(
        @Key(name = "from", fix = "add 'from: NAME', the downstream that is asked, or 'value: ...', a "
                + "fixed value", says = "The downstream that is asked.") String downstream,
        @Key(preset = "GET", says = "The method that the downstream is asked with.") Method method,
        @Key(fix = "add e.g. 'path: /products/${id}', what the downstream is asked for", says = "What the downstream is asked for; ${id} is a parameter, ${user.id} a field of "
                + "another part.") PathTemplate path,
        @Key(says = "The query: a list of the client's parameters that are passed on, or a mapping of "
                + "names to values.") @Nullable QueryRules query,
        @Key(max = "50", each = "header", names = HeaderName.class, type = HeaderTemplate.class, says = "Headers of the call, by name; values may have variables.") Map<String, TextTemplate> headers,
        @Key(max = "50", each = "header", type = HeaderName.class, says = "The client's headers that are passed on; the route's list where this is missing.") @Nullable List<String> requestHeaders,
        @Key(max = "50", each = "header", type = HeaderName.class, says = "Headers of the downstream's answer that the client gets.") List<String> responseHeaders,
        @Key(says = "The JSON that is sent; a string that is one variable becomes its value, with its type.") @Nullable JsonTemplate body,
        @Key(type = HeaderTemplate.class, says = "Sent as Idempotency-Key, which lets a POST be repeated.") @Nullable TextTemplate idempotencyKey,
        @Key(preset = "true", says = "Whether the downstream's 'retry' holds for this part.") boolean retry,
        @Key(preset = "true", says = "Whether the downstream's 'hedge' holds for this part.") boolean hedge,
        @Key(says = "The longest time that its calls may take: 300ms, 40% of the deadline, or "
                + "'remaining - 50ms'.") @Nullable BudgetRule budget,
        @Key(min = "1ms", max = "10min", says = "With less time left than this, the call is not made.") @Nullable Duration minBudget,
        @Flat ShapeConfig shape,
        @Flat FailureConfig failure) {

    public CallConfig {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        requestHeaders = requestHeaders == null ? null : List.copyOf(requestHeaders);
        responseHeaders = List.copyOf(responseHeaders);
    }

    /// Returns true if the call may be sent twice: by its method, or because it has a key.
    public boolean isRepeatable() {
        return method.isIdempotent() || idempotencyKey != null;
    }

    /// Returns true if a retry may repeat the call, where the downstream has one.
    public boolean mayRetry() {
        return isRepeatable() && retry;
    }

    /// Returns true if a hedge may repeat the call, where the downstream has one.
    public boolean mayHedge() {
        return isRepeatable() && hedge;
    }

    /// Calls `action` with each variable that the call is made of.
    void variables(Consumer<Variable> action) {
        path.variables().forEach(action);
        if (query != null) query.set().values().forEach(value -> value.variables().forEach(action));
        headers.values().forEach(value -> value.variables().forEach(action));
        if (body != null) body.variables(action);
        if (idempotencyKey != null) idempotencyKey.variables().forEach(action);
    }
}
