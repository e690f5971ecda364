package dev.structured.service.ops;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decides which requests the admin listener answers, by an [AdminPolicy].
///
/// A web page in an operator's browser can send requests to this listener. It must not be able to read the
/// answers, even if its own name resolves to this machine (DNS rebinding: the check of `Host`), and must not
/// change anything (the checks of `Origin` and `Sec-Fetch-Site`, which pages cannot set). Probes are always
/// answered: they show nothing.
final class AdminGate {
    private static final Set<String> PROBES = Set.of("/livez", "/readyz");
    private static final Pattern LOOPBACK = Pattern.compile(
            "localhost|127(\\.[0-9]{1,3}){3}|\\[::1\\]|\\[0:0:0:0:0:0:0:1\\]");
    private static final Pattern PORT = Pattern.compile(":[0-9]{0,5}$");
    private static final String BEARER = "Bearer ";
    /// The values of `Sec-Fetch-Site` of requests that the user or a page of this listener has made.
    private static final Set<String> OWN_SITES = Set.of("none", "same-origin");

    /// The headers of every answer: no sniffing of types, no scripts, no frames, no use by other origins, no
    /// storing.
    static final Map<String, String> SECURITY_HEADERS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "X-Frame-Options", "DENY",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Referrer-Policy", "no-referrer",
            "Cache-Control", "no-store");

    private final AdminPolicy policy;
    /// The digest of the token: comparing digests takes the same time for tokens of every length. Null for no
    /// token.
    private final byte @Nullable [] token;

    AdminGate(AdminPolicy policy) {
        this.policy = policy;
        this.token = policy.token() == null ? null : digest(policy.token());
    }

    /// Sets the security headers, and refuses the request if a rule forbids it.
    ///
    /// @throws HttpResponseException with the status of the refusal
    void check(Context ctx) {
        SECURITY_HEADERS.forEach(ctx::header);
        if (PROBES.contains(ctx.path())) return;
        if (!isHostAllowed(ctx.header("Host"))) throw refusal(421);
        if (isOfAnotherSite(ctx)) throw refusal(403);
        if (ctx.path().startsWith(LivePages.PATH)) return; // files that hold nothing about the service
        if (!hasToken(Collections.list(ctx.req().getHeaders("Authorization")))) {
            ctx.header("WWW-Authenticate", "Bearer realm=\"admin\"");
            throw refusal(401);
        }
    }

    /// Refuses a change if the policy allows only reading, or if a web page asks for it.
    ///
    /// @throws HttpResponseException with the status of the refusal
    void checkChange(Context ctx) {
        if (policy.readOnly() || ctx.header("Origin") != null) throw refusal(403);
    }

    /// Refuses a change if the policy allows only reading, or if a page of another origin asks for it. The
    /// page of this listener may ask.
    ///
    /// @throws HttpResponseException with the status of the refusal
    void checkChangeOfPage(Context ctx) {
        String origin = ctx.header("Origin");
        boolean own = origin == null || (origin.equals("http://" + ctx.header("Host"))
                && "same-origin".equals(ctx.header("Sec-Fetch-Site")));
        if (policy.readOnly() || !own) throw refusal(403);
    }

    private static HttpResponseException refusal(int status) {
        return new HttpResponseException(status, "", Map.of());
    }

    private boolean isHostAllowed(@Nullable String header) {
        if (policy.hosts().contains("*")) return true;
        if (header == null) return false;
        String host = PORT.matcher(header.strip().toLowerCase(Locale.ROOT)).replaceFirst("");
        return LOOPBACK.matcher(host).matches() || policy.hosts().contains(host);
    }

    /// Returns true if a page of another site made the request. Following a link to this listener is allowed.
    private static boolean isOfAnotherSite(Context ctx) {
        String site = ctx.header("Sec-Fetch-Site");
        if (site == null || OWN_SITES.contains(site)) return false;
        boolean link = ctx.method() == HandlerType.GET && "navigate".equals(ctx.header("Sec-Fetch-Mode"))
                && "document".equals(ctx.header("Sec-Fetch-Dest"));
        return !link;
    }

    /// @param fields all fields `Authorization` of the request. Two are refused: a proxy in front of the
    ///     listener may have checked only one of them.
    private boolean hasToken(List<String> fields) {
        if (token == null) return true;
        String authorization = fields.size() == 1 ? fields.getFirst() : "";
        String given = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : "";
        return MessageDigest.isEqual(token, digest(given));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }
}
