package dev.structured.service.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The headers that may not be used everywhere, with the reasons. There is no other such list.
///
/// | use | asked by |
/// |---|---|
/// | passed: from a client to a downstream | `requestHeaders` of a route or a part |
/// | set: by the file, in a call | `headers` of a downstream or a part |
/// | returned: from a downstream to a client | `responseHeaders` of a part |
/// | passed on, passed back: all that a request and its answer have | `proxy` of a route |
///
/// All other headers may be used everywhere. The checks refuse these when a file is read; the client and the
/// edge ask again before they send one. A reason is the end of a sentence that begins with the header's name.
public final class HeaderPolicy {
    /// The reasons against each use; null for a use that is allowed.
    private record Rule(@Nullable String passed, @Nullable String set, @Nullable String returned) {}

    private static final String CONNECTION = "which belongs to one connection and is never passed through;"
            + " remove it";
    private static final String SENT_WHERE_NEEDED = "which the service sets itself where it is needed;"
            + " remove it";
    private static final String DOWNSTREAMS_BODY = "which tells of the downstream's body, not of the page;"
            + " remove it";
    private static final String OUT_OF_ALL_PARTS = "which the service makes itself,"
            + " of the answers to all parts; remove it";
    private static final String TAG_OF_A_PART = "which tells of one part, but clients take it for"
            + " the whole page's; write 'answer: {etag: true}' in the route for a tag over all parts";
    private static final String REQUEST_ID = "which the service sets itself, to the request's id; remove it";
    private static final String PIECES = "which asks for a piece of an answer, but a part needs all of it;"
            + " remove it";
    private static final String ENCODING = "which asks for an encoding that the service does not read;"
            + " remove it";
    private static final String CONDITION = "which tells what the client has of the whole page, but a part"
            + " needs its answer; write 'answer: {etag: true}' in the route for the client's, and 'cache' in"
            + " the downstream to ask for changes only";
    private static final String NO_ENCODING = "which tells of an encoding, but the body of a call has none;"
            + " remove it";
    private static final String DEADLINE = "which says how much time is left;"
            + " write 'deadlineHeaders' in the downstream instead";

    private static final Rule ANYWHERE = new Rule(null, null, null);
    private static final Rule NOWHERE = new Rule(CONNECTION, CONNECTION, CONNECTION);
    private static final Map<String, Rule> RULES = rules();
    /// What the headers begin with by which proxies tell of a request; there are many of them, such as
    /// `X-Forwarded-User` and `X-Forwarded-Client-Cert`.
    private static final String TOLD_BY_PROXIES = "x-forwarded-";
    /// The headers that `send` and the service write, so that no client can: where a request came from, what
    /// it asked for there, its trace, its id, the time that is left, and how its body is framed.
    private static final Set<String> SET_FOR_PROXIES = setForProxies();

    private static final Set<String> WITH_A_MEANING = Set.of("accept", "cookie", "origin", "user-agent");

    private HeaderPolicy() {}

    private static Set<String> setForProxies() {
        Set<String> names = new HashSet<>(List.of("host", "expect", "x-request-id", "content-length",
                "forwarded", "x-real-ip", "x-original-url", "x-rewrite-url", "via", "traceparent",
                "tracestate"));
        for (DeadlineHeader header : DeadlineHeader.values()) names.add(header.headerName());
        return Set.copyOf(names);
    }

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        List.of("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade")
                .forEach(name -> rules.put(name, NOWHERE));
        for (DeadlineHeader header : DeadlineHeader.values()) {
            rules.put(header.headerName(), sent(DEADLINE));
        }
        rules.put("host", sent("which the downstream's 'url' decides; remove it"));
        rules.put("expect", sent(SENT_WHERE_NEEDED));
        rules.put("range", sent(PIECES));
        rules.put("if-range", sent(PIECES));
        rules.put("if-none-match", new Rule(CONDITION, null, null));
        rules.put("if-modified-since", sent(CONDITION));
        rules.put("accept-encoding", sent(ENCODING));
        rules.put("x-request-id", new Rule(REQUEST_ID, REQUEST_ID, REQUEST_ID));
        rules.put("idempotency-key", new Rule(null,
                "which is different for each call; write 'idempotencyKey' in the part instead", null));
        rules.put("content-length", new Rule(SENT_WHERE_NEEDED, SENT_WHERE_NEEDED, DOWNSTREAMS_BODY));
        rules.put("content-encoding", new Rule(NO_ENCODING, NO_ENCODING, DOWNSTREAMS_BODY));
        rules.put("content-type", new Rule(
                "which tells of the client's body; a part with a body names its type in its 'headers'", null,
                DOWNSTREAMS_BODY));
        rules.put("content-range", returned(DOWNSTREAMS_BODY));
        rules.put("accept-ranges", returned(DOWNSTREAMS_BODY));
        rules.put("etag", returned(TAG_OF_A_PART));
        rules.put("last-modified", returned(TAG_OF_A_PART));
        rules.put("cache-control", returned(OUT_OF_ALL_PARTS));
        rules.put("age", returned(OUT_OF_ALL_PARTS));
        rules.put("expires", returned(OUT_OF_ALL_PARTS));
        rules.put("vary", returned("which the service makes itself, of what the page depends on; remove it"));
        rules.put("date",
                returned("which tells when the downstream answered, not when the page was made; remove it"));
        rules.put("server", returned("which names the downstream's server to the client; remove it"));
        rules.put("x-parts",
                returned("which the service sets itself, to the parts that are missing; remove it"));
        rules.put("set-cookie",
                returned("which is for one client, while answers may be kept and shared; name its cookies in"
                        + " 'setCookies' instead"));
        return Map.copyOf(rules);
    }

    /// Returns the rule for a header that may be returned, but may not be in a request of ours.
    private static Rule sent(String why) {
        return new Rule(why, why, null);
    }

    /// Returns the rule for a header that may be in a request, but may not be returned.
    private static Rule returned(String why) {
        return new Rule(null, null, why);
    }

    /// Returns the reason why a file may not set a header of a call; null if it may.
    ///
    /// @param name in lower case
    public static @Nullable String whyNotSet(String name) {
        return rule(name).set();
    }

    /// Returns the reason why a header of the client may not be passed on; null if it may.
    ///
    /// @param name in lower case
    public static @Nullable String whyNotPassed(String name) {
        return rule(name).passed();
    }

    /// Returns the reason why the client may not get a header of an answer; null if it may.
    ///
    /// @param name in lower case
    public static @Nullable String whyNotReturned(String name) {
        return rule(name).returned();
    }

    /// Returns true if a call may have a header, from the client or from the file.
    ///
    /// @param name in lower case
    public static boolean mayBeSent(String name) {
        Rule rule = rule(name);
        return rule.passed() == null || rule.set() == null;
    }

    /// Returns true if a `proxy` passes a header of the client on: all but those of one connection, and those
    /// that the service sets itself or does not believe.
    ///
    /// @param name as [#read] returns it
    public static boolean isPassedOn(String name) {
        return !isOfConnection(name) && !name.startsWith(TOLD_BY_PROXIES)
                && !SET_FOR_PROXIES.contains(name);
    }

    /// Returns the name that a downstream may read for a header: in lower case, with `-` for `_`. Many
    /// servers hand both to a program as one variable (RFC 3875, 4.1.18), so that `X_Forwarded_For` would be
    /// believed where `X-Forwarded-For` is.
    public static String read(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Returns true if a header may have the keys of clients: it has no other meaning, and no proxy in front
    /// writes it.
    ///
    /// @param name in lower case
    public static boolean mayHaveKey(String name) {
        return isPassedOn(read(name)) && rule(name).passed() == null && !WITH_A_MEANING.contains(name);
    }

    /// Returns true if a `proxy` passes a header of the downstream back: all but those of one connection, and
    /// those that the service sets itself.
    ///
    /// @param name in lower case
    public static boolean isPassedBack(String name) {
        return !isOfConnection(name) && !name.equals("x-request-id") && !name.equals("server");
    }

    private static boolean isOfConnection(String name) {
        return rule(name) == NOWHERE;
    }

    /// Returns the names of the downstream's headers without which an answer of this status says too little
    /// (RFC 9110, 10.2.1, 10.2.3, 11.6.1), in lower case.
    public static List<String> neededBy(int status) {
        return switch (status) {
            case 401 -> List.of("www-authenticate");
            case 405 -> List.of("allow");
            case 413, 429, 503 -> List.of("retry-after");
            default -> List.of();
        };
    }

    private static Rule rule(String name) {
        if (name.startsWith("proxy-")) return NOWHERE;
        return RULES.getOrDefault(name, ANYWHERE);
    }
}
