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
/// @param downstream the name of the downstream
/// @param requestHeaders null for those of the route
/// @param responseHeaders the names of headers of the answer that the client gets, in lower case
/// @param cookies the names of the client's cookies that are passed on; null for those of the route
/// @param setCookies the names of the cookies of the answer that the client gets
/// @param budget the longest time that its calls may take; null for the route's deadline alone
/// @param minBudget the least time that must be left for a call; null for any
/// @param shape the pieces of the answer that are used
/// @param failure the replacement for the part if the call fails
public record CallConfig(
        @Key(name = "from", elsewhere = "downstream service upstream backend", fix = "add 'from: NAME', the downstream that is asked, or 'value: ...', a "
                + "fixed value", says = "The downstream that is called.") String downstream,
        @Key(preset = "GET", says = "The method of the call.") Method method,
        @Key(elsewhere = "url uri", fix = "add e.g. 'path: /products/${id}', the path of the call", says = "The path of the call; ${id} is a parameter, ${user.id} a field of "
                + "another part.") PathTemplate path,
        @Key(says = "The query: a list of the client's parameters that are passed on, or a mapping of "
                + "names to values.") @Nullable QueryRules query,
        @Key(max = "50", each = "header", names = HeaderName.class, type = HeaderTemplate.class, says = "Headers of the call, by name; values may have variables.") Map<String, TextTemplate> headers,
        @Key(max = "50", each = "header", type = HeaderName.class, says = "The client's headers that are passed on; the route's list if this is missing.") @Nullable List<String> requestHeaders,
        @Key(max = "50", each = "header", type = HeaderName.class, says = "Headers of the downstream's answer that the client gets.") List<String> responseHeaders,
        @Key(max = "50", each = "cookie", type = CookieName.class, says = "The client's cookies that are passed on; the route's list if this is missing.") @Nullable List<String> cookies,
        @Key(max = "20", each = "cookie", type = CookieName.class, says = "Cookies that the downstream's answer sets and the client gets. The page is then for this client alone.") List<String> setCookies,
        @Key(says = "The JSON that is sent; a string that is one variable becomes its value, with its type.") @Nullable JsonTemplate body,
        @Key(type = HeaderTemplate.class, says = "Sent as Idempotency-Key, which lets a POST be repeated.") @Nullable TextTemplate idempotencyKey,
        @Key(preset = "true", says = "False if the downstream's 'retry' must not repeat this call.") boolean retry,
        @Key(preset = "true", says = "False if the downstream's 'hedge' must not repeat this call.") boolean hedge,
        @Key(elsewhere = "timeout", says = "The longest time that its calls may take: 300ms, 40% of the deadline, or "
                + "'remaining - 50ms'.") @Nullable BudgetRule budget,
        @Key(min = "1ms", max = "10min", says = "With less time left than this, the call is not made.") @Nullable Duration minBudget,
        @Flat ShapeConfig shape,
        @Flat FailureConfig failure) {

    public CallConfig {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        requestHeaders = requestHeaders == null ? null : List.copyOf(requestHeaders);
        responseHeaders = List.copyOf(responseHeaders);
        cookies = cookies == null ? null : List.copyOf(cookies);
        setCookies = List.copyOf(setCookies);
    }

    /// Returns true if the call may be sent twice: by its method, or because it has a key.
    public boolean isRepeatable() {
        return method.isIdempotent() || idempotencyKey != null;
    }

    /// Returns true if the downstream's retries may repeat the call.
    public boolean mayRetry() {
        return isRepeatable() && retry;
    }

    /// Returns true if the downstream's hedges may repeat the call.
    public boolean mayHedge() {
        return isRepeatable() && hedge;
    }

    /// Calls `action` with each variable in the call.
    void variables(Consumer<Variable> action) {
        path.variables().forEach(action);
        if (query != null) query.set().values().forEach(value -> value.variables().forEach(action));
        headers.values().forEach(value -> value.variables().forEach(action));
        if (body != null) body.variables(action);
        if (idempotencyKey != null) idempotencyKey.variables().forEach(action);
    }
}
