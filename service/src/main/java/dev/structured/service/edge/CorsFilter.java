package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.CorsConfig;
import dev.structured.service.config.Method;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Tells browsers which pages of other origins may send requests (the Fetch standard, "CORS protocol").
///
/// A preflight request is answered here, before other filters see it. Every other answer, including problems
/// and streams, gets the headers that let a browser show it to the page. A request from another origin is
/// answered as usual but without these headers, so the browser hides the answer from the page.
final class CorsFilter implements Filter {
    private static final String ORIGIN = "Origin";
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "POST");
    /// Pages may always send these; browsers ask for permission only if a value is unusual.
    private static final Set<String> SAFE_HEADERS = Set.of("accept", "accept-language", "content-language",
            "range");

    private final CorsConfig cors;
    private final Set<String> methods;
    private final Set<String> headers;

    CorsFilter(CorsConfig cors) {
        this.cors = cors;
        this.methods = Stream.concat(SAFE_METHODS.stream(), cors.methods().stream().map(Method::name))
                .collect(Collectors.toCollection(TreeSet::new));
        this.headers = new TreeSet<>(cors.headers());
        this.headers.addAll(SAFE_HEADERS);
    }

    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        if (dependsOnOrigin(cors)) context.vary(ORIGIN);
        String origin = origin(context.request().headers());
        boolean allowed = origin != null && cors.allows(origin);
        boolean preflight = origin != null && isPreflight(context.request());
        if (origin != null && allowed) permission(cors, origin, !preflight).forEach(context::header);
        return preflight ? preflight(context, allowed) : rest.answer(context);
    }

    /// Returns the headers that let a browser show an answer to the page that sent the request. Also for
    /// answers that are given without this filter.
    static Map<String, String> permission(CorsConfig cors, Headers request) {
        String origin = origin(request);
        Map<String, String> fields = new LinkedHashMap<>();
        if (origin != null && cors.allows(origin)) fields.putAll(permission(cors, origin, true));
        if (dependsOnOrigin(cors)) fields.put("Vary", ORIGIN);
        return fields;
    }

    private static boolean dependsOnOrigin(CorsConfig cors) {
        return !cors.allowsAll();
    }

    /// @param expose true if the page may read further headers of the answer
    private static Map<String, String> permission(CorsConfig cors, String origin, boolean expose) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Access-Control-Allow-Origin", cors.allowsAll() ? "*" : origin);
        if (cors.credentials()) fields.put("Access-Control-Allow-Credentials", "true");
        if (expose && !cors.exposedHeaders().isEmpty()) {
            fields.put("Access-Control-Expose-Headers", String.join(", ", cors.exposedHeaders()));
        }
        return fields;
    }

    /// Returns the origin of the page that sent the request; null if there is none, or more than one.
    private static @Nullable String origin(Headers headers) {
        List<String> values = headers.values(ORIGIN);
        return values.size() == 1 ? values.getFirst() : null;
    }

    private static boolean isPreflight(ClientRequest request) {
        return request.method().equals("OPTIONS")
                && request.headers().contains("Access-Control-Request-Method");
    }

    private Answer preflight(FilterContext context, boolean allowed) throws Refusal {
        Headers asked = context.request().headers();
        String wrong = allowed ? wrong(asked) : "this origin is not among 'origins'";
        if (wrong != null) {
            return UnreadBody.on(context.answer(EdgeProblems.notAllowedByCors(wrong)),
                    context.request());
        }
        context.requestRecord().verdict(Verdict.COMPLETE);
        Answer answer = Answer.withoutBody(204)
                .with("Access-Control-Allow-Methods", String.join(", ", methods))
                .with("Access-Control-Allow-Headers", String.join(", ", headers))
                .with("Access-Control-Max-Age", Long.toString(cors.maxAge().toSeconds()));
        if (cors.privateNetwork() && isTrue(asked, "Access-Control-Request-Private-Network")) {
            answer = answer.with("Access-Control-Allow-Private-Network", "true");
        }
        return UnreadBody.on(answer, context.request());
    }

    private @Nullable String wrong(Headers asked) {
        if (!methods.contains(asked.first("Access-Control-Request-Method"))) {
            return "this method is not among 'methods'";
        }
        for (String list : asked.values("Access-Control-Request-Headers")) {
            for (String each : list.split(",", -1)) {
                String name = each.strip().toLowerCase(Locale.ROOT);
                if (name.isEmpty() || headers.contains(name)) continue;
                return "a header that the page wants to send is not among 'headers'";
            }
        }
        boolean local = isTrue(asked, "Access-Control-Request-Private-Network");
        return local && !cors.privateNetwork()
                ? "'privateNetwork' does not let pages of the Internet ask"
                : null;
    }

    private static boolean isTrue(Headers headers, String name) {
        return "true".equals(headers.first(name));
    }
}
