package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.CallConfig;
import dev.structured.service.config.HeaderPolicy;
import dev.structured.service.config.JsonTemplate;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.QueryRules;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.TextTemplate;
import dev.structured.service.config.Variable;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the calls of a part. Values are filled into its templates so that no value can change the structure
/// of a path, a query or a header.
///
/// [PathWriter] writes the path.
final class CallWriter {
    private static final String IDEMPOTENCY_KEY = "idempotency-key";

    /// The limit of the path's length, and of the query's. Together they fit the 8 KiB that servers commonly
    /// allow for a request line.
    private static final int LONGEST = 4_000;
    /// Servers commonly allow 8 KiB for a field with its name. Tokens come near it.
    private static final int LONGEST_HEADER = 8_000;

    private final CallConfig call;
    private final QueryRules query;
    private final List<String> passedHeaders;
    private final List<String> cookies;
    private final Set<String> wanted;
    private final boolean headed;
    private final boolean whole;
    private final boolean mayRetry;
    private final boolean mayHedge;

    /// @param whole true if nobody reads inside the answers
    CallWriter(RouteConfig route, PartConfig part, CallConfig call, boolean whole) {
        this.call = call;
        this.whole = whole;
        this.query = route.query(part);
        this.passedHeaders = route.requestHeaders(part);
        this.cookies = route.cookies(part);
        this.wanted = wanted(call, route.passesProblem(part));
        this.headed = !passedHeaders.isEmpty() || !cookies.isEmpty() || !call.headers().isEmpty()
                || call.idempotencyKey() != null;
        this.mayRetry = call.mayRetry();
        this.mayHedge = call.mayHedge();
    }

    /// Returns the part's call.
    ///
    /// @throws UnusableValueException if a value is missing, or not valid in its place
    Call write(Bindings bindings, PageRequest request) throws UnusableValueException {
        JsonTemplate template = call.body();
        JsonNode body = template == null ? null : TemplateWriter.json(template, bindings);
        return new Call(call.method(),
                PathWriter.write(call.path().pieces(), bindings) + query(bindings, request),
                call.path().text(),
                headed ? headers(bindings, request) : Map.of(), body, wanted, request.id(),
                request.origin(), mayRetry, mayHedge, null, null, null, request.memory(), whole, null);
    }

    /// Returns the names of the answer's headers that the page, or the problem in its place, may get.
    private static Set<String> wanted(CallConfig call, boolean passesProblem) {
        Set<String> wanted = new HashSet<>(call.responseHeaders());
        call.failure().statuses().values().forEach(status -> wanted.addAll(HeaderPolicy.neededBy(status)));
        if (!call.setCookies().isEmpty()) wanted.add(SetCookies.NAME);
        if (passesProblem) wanted.add(Call.WANTS_PROBLEM);
        return Set.copyOf(wanted);
    }

    /// Returns `?` and the parameters, in the order of the file; empty if there are none.
    private String query(Bindings bindings, PageRequest request) throws UnusableValueException {
        if (query.passed().isEmpty() && query.set().isEmpty()) return "";
        StringBuilder text = new StringBuilder();
        for (String name : query.passed()) {
            for (String value : request.query().getOrDefault(name, List.of())) {
                append(name, value, ErrorType.BAD_PARAMETER, text);
            }
        }
        for (Map.Entry<String, TextTemplate> each : query.set().entrySet()) {
            ErrorType blame = blame(each.getValue(), bindings);
            for (String value : TemplateWriter.each(each.getValue(), bindings)) {
                append(each.getKey(), value, blame, text);
            }
        }
        return text.toString();
    }

    private static ErrorType blame(TextTemplate template, Bindings bindings) {
        return template.variables().stream().allMatch(bindings::isSent)
                ? ErrorType.BAD_PARAMETER
                : ErrorType.MISSING_VALUE;
    }

    private static void append(String name, String value, ErrorType blame, StringBuilder query)
            throws UnusableValueException {
        try {
            query.append(query.isEmpty() ? '?' : '&').append(Percent.encode(name)).append('=')
                    .append(Percent.encode(value));
        } catch (CharacterCodingException e) {
            throw new UnusableValueException(blame, "query parameter '" + name + "' is not Unicode text");
        }
        if (query.length() > LONGEST) {
            throw new UnusableValueException(blame, "query parameter '" + name + "' is too long");
        }
    }

    private Map<String, String> headers(Bindings bindings, PageRequest request)
            throws UnusableValueException {
        Map<String, String> headers = new HashMap<>();
        for (String name : passedHeaders) {
            put(name, request.headers().get(name), ErrorType.BAD_PARAMETER, headers);
        }
        String cookie = Cookies.field(cookies, bindings.request().get(Variable.COOKIE));
        if (cookie != null) put("cookie", cookie, ErrorType.BAD_PARAMETER, headers);
        for (Map.Entry<String, TextTemplate> each : call.headers().entrySet()) {
            put(each.getKey(), TemplateWriter.optional(each.getValue(), bindings),
                    blame(each.getValue(), bindings), headers);
        }
        TextTemplate key = call.idempotencyKey();
        if (key != null) {
            put(IDEMPOTENCY_KEY, TemplateWriter.text(key, bindings), blame(key, bindings), headers);
        }
        return headers;
    }

    private static void put(String name, @Nullable String value, ErrorType blame, Map<String, String> headers)
            throws UnusableValueException {
        if (value == null) return;
        boolean fit = value.length() <= LONGEST_HEADER
                && value.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\t');
        if (!fit)
            throw new UnusableValueException(blame, "header '" + name + "' is not plain ASCII, or too long");
        headers.put(name, value);
    }
}
