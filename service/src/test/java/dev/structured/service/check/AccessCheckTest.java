package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `clients` and `access` may say.
final class AccessCheckTest {
    private static final String WEB = "\"sha256:742aa448448fa95823a8dd6136752019b25af04d56f8f47eba37db1f7e"
            + "27df12\"";
    private static final String FILE = """
            clients: {web: {keys: %s}, other: {keys: "%s"}}
            downstreams: {d: {url: "http://h:1"}}
            routes:
              - {path: "/p/{id}", deadline: 1s, %s, parts: {p: {from: d, path: "/${id}"}}}
              - path: /all
                method: POST
                deadline: 1s
                body: {}
                batch: {route: %s"/p/{id}", items: "${body.ids}"}
            """;
    private static final String OTHER = "sha256:5f7b2ed74a9736a538a6fb5a5a1a76afdcdd0d177d7fc6e79c6b684352"
            + "7d848d";

    /// The mark stands before the place of the mistake.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            access: {clients: [web, §wep]}      | names the unknown client 'wep'; did you mean 'web'?
            access: §{}                          | clients
            """)
    void mistake_of_a_route_is_reported_at_its_place(String access, String words) {
        Mistake.isReportedAtMark(
                FILE.formatted(WEB, OTHER, access, "").replace("batch: {route", "batch: {atMost: 5, route")
                        .replaceAll("(?s)  - path: /all.*", ""),
                words);
    }

    @Test
    void batch_is_no_way_around_the_access_of_its_pages() {
        Mistake.isReportedAtMark(FILE.formatted(WEB, OTHER, "access: {clients: [web]}", "§"),
                "makes pages of a route that others may ask for than the batch");
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml",
                FILE.formatted(WEB, OTHER, "access: {clients: [web]}", "")
                        .replace("body: {}", "body: {}\n    access: {clients: [web]}")));
    }

    @Test
    void key_itself_is_refused_and_not_repeated() {
        String text = FILE.formatted("§\"demo-web-key\"", OTHER, "method: GET", "");
        Mistake.isReportedAtMark(text, "the hash of a key and not the key itself");
        assertFalse(new Mistake(text.replace("§", "")).problems().toString().contains("demo-web-key"));
    }

    /// As `echo -n "$KEY" | sha256sum` makes it where KEY is not set: a request with an empty header has it.
    @Test
    void hash_of_nothing_is_refused() {
        Mistake.isReportedAtMark(
                FILE.formatted("§\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852B855\"",
                        OTHER, "method: GET", ""),
                "is the hash of an empty key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cookie", "Host", "content-length", "x-request-id", "x-forwarded-user", "origin",
            "te", "proxy-authorization", "range", "x_real_ip"})
    void header_with_another_meaning_has_no_keys(String header) {
        Mistake.isReportedAtMark("edge: {apiKeyHeader: §" + header + "}\n" + Mistake.GOOD,
                "which has a meaning of its own");
    }

    @Test
    void key_of_two_clients_is_refused() {
        Mistake.isReportedAtMark(
                FILE.formatted(WEB, OTHER, "method: GET", "").replace("\"" + OTHER,
                        "§" + WEB.substring(0, WEB.length() - 1)),
                "has a key of client 'web', so that it could be either");
    }

    @Test
    void hash_may_come_from_the_environment() {
        String text = FILE.formatted("\"${env:WEB_KEY}\"", OTHER, "access: {clients: [web]}", "")
                .replaceAll("(?s)  - path: /all.*", "");
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml", text,
                Map.of("WEB_KEY", WEB.substring(1, WEB.length() - 1))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            access: {clients: [web]} | ${client.key}  | has the unknown ${client.key} (known: ${client.name})
            method: GET              | ${client.name} | the route does not ask who the client is
            """)
    void variable_of_a_client_is_known_where_the_route_asks_for_one(String access, String variable,
            String words) {
        Mistake.isReportedAtMark(
                FILE.formatted(WEB, OTHER, access, "").replace("\"/${id}\"", "\"/§" + variable + "\"")
                        .replaceAll("(?s)  - path: /all.*", ""),
                words);
    }

    /// The mark stands before the place of the mistake.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            issuer: i, audience: a, from: §x, path: /k                  | access: {issuers: [co]}           | names the unknown downstream 'x'
            issuer: i, audience: a, from: d, path: §"/${id}"            | access: {issuers: [co]}           | has a variable
            issuer: i, audience: a, from: d, path: /k, algorithms: [§HS256] | access: {issuers: [co]}       | must be one of RS256
            issuer: i, audience: a, from: d, path: /k, algorithms: [§none] | access: {issuers: [co]}        | must be one of RS256
            issuer: i, audience: a, from: d, path: /k                   | access: {issuers: [co, §ca]}      | names the unknown issuer 'ca'
            issuer: i, audience: a, from: d, path: /k                   | access: {issuers: [co], scopes: [§"a b"]} | must be one scope
            issuer: i, audience: a, from: d, path: /k                   | access: {clients: [web], scopes: §[a]}    | is for tokens
            """)
    void mistake_of_an_issuer_is_reported_at_its_place(String issuer, String access, String words) {
        Mistake.isReportedAtMark(
                ("issuers: {co: {" + issuer + "}}\n" + FILE.formatted(WEB, OTHER, access, ""))
                        .replaceAll("(?s)  - path: /all.*", ""),
                words);
    }
}
