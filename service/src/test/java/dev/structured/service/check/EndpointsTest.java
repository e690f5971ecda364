package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.config.BalanceConfig.Choice;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.EndpointsConfig;
import dev.structured.service.config.EndpointsConfig.Listed;
import dev.structured.service.config.EndpointsConfig.Resolved;
import dev.structured.service.yaml.ConfigException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where a downstream with several endpoints listens, and how its calls are shared out.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EndpointsTest {
    private static final String ROUTES = "\nroutes: [{path: /, deadline: 1s, parts: {p: {from: d, path: "
            + "/}}}]\n";

    private static EndpointsConfig read(String keys) throws ConfigException {
        DownstreamConfig read = ConfigReader.read("routes.yaml", "downstreams: {d: {" + keys + "}}" + ROUTES)
                .downstreams().get("d");
        assertEquals(keys.contains("demo:"), read.isDemo());
        return read.endpoints();
    }

    @Test
    void urls_are_read_with_defaults() throws ConfigException {
        Listed listed = (Listed) read("urls: ['http://a:1', 'http://b:1/v2']");
        assertEquals(List.of(URI.create("http://a:1"), URI.create("http://b:1/v2")), listed.urls());
        assertEquals(Choice.LEAST_LOADED, listed.balance().choice());
        assertEquals(5, listed.balance().ejection().failures());
        assertEquals(Duration.ofSeconds(10), listed.balance().slowStart());
    }

    /// With its query.
    @Test
    void path_of_a_health_check_is_not_longer_than_another() {
        String path = "/health?of=" + "a".repeat(989);
        Mistake.isReportedAtMark("downstreams: {d: {urls: [http://a, http://b], healthCheck: §" + path + "a}}"
                + ROUTES, "must not be longer than 1000 characters");
        assertDoesNotThrow(() -> read("urls: [http://a, http://b], healthCheck: " + path));
    }

    @Test
    void name_is_read_with_its_keys() throws ConfigException {
        Resolved resolved = (Resolved) read(
                "dns: 'https://shop:8443', refresh: 3s, healthCheck: /health?of=a/b&c");
        assertEquals(List.of(URI.create("https://shop:8443")), resolved.urls());
        assertEquals(Duration.ofSeconds(3), resolved.refresh());
        assertEquals("/health?of=a/b&c", resolved.balance().healthCheck().path());
    }

    @Test
    void demos_may_be_replicas() throws ConfigException {
        assertEquals(2, read("urls: ['demo:pricing', 'demo:pricing-2']").urls().size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            urls: [http://a, http://b], url: §http://c                 | 'url' of downstream 'd' cannot stand beside 'urls'
            urls: [http://a, http://b], dns: §http://c                 | 'dns' of downstream 'd' cannot stand beside 'urls'
            dns: http://c, url: §http://a                              | 'url' of downstream 'd' cannot stand beside 'dns'
            url: http://a, refresh: §3s                                | is for a downstream with 'dns'
            urls: [http://a, http://b], refresh: §3s                   | is for a downstream with 'dns'
            url: http://a, ejection: §{failures: 3}                    | has no effect: a downstream with one 'url'
            url: http://a, slowStart: §3s                              | has no effect: a downstream with one 'url'
            url: http://a, healthCheck: §/health                       | has no effect: a downstream with one 'url'
            url: http://a, choice: §round_robin                        | has no effect: a downstream with one 'url'
            urls: §[http://a]                                          | has only 1; it needs at least 2
            urls: [http://a, §http://a]                                | a second time; remove it
            urls: §[http://a, http://A:80/]                            | names the same endpoint twice: 'http://a' and 'http://A:80/'
            urls: §["http://[::1]:1", "http://[0:0:0:0:0:0:0:1]:1"]     | names the same endpoint twice
            urls: §[https://a, https://a:443]                          | names the same endpoint twice
            urls: §[http://a, https://b]                               | must all begin with the same scheme
            urls: §[demo:stock, http://b]                              | must all begin with the same scheme
            urls: [http://a, §ftp://b]                                 | must be http://host:port
            dns: §http://127.0.0.1:8080                                | must have a name to look up, but '127.0.0.1' is an address
            dns: §shop                                                 | must be http://name:port
            urls: [http://a, http://b], tls: §{}                       | whose 'urls' begins with https://
            urls: [http://a, http://b], choice: §random                | must be one of least_loaded, round_robin
            urls: [http://a, http://b], ejection: {base: §10min}       | makes the first ejection longer than the longest
            urls: [http://a, http://b], ejection: {max: §9s}           | makes the first ejection longer than the longest
            urls: [http://a, http://b], healthCheck: §{}               | has no 'path'
            urls: [http://a, http://b], healthCheck: §health           | path
            urls: [http://a, http://b], healthCheck: §"/health/${id}"  | must be a path without variables
            urls: [http://a, http://b], healthCheck: "/health?of=§ä"    | must not contain 'ä'; write it percent-encoded: %C3%A4
            urls: [http://a, http://b], healthCheck: §"/health?of=${id}" | must be a path without variables
            urls: [http://a, http://b], healthCheck: "/health§#now"      | must not contain '#'
            urls: [http://a, http://b], healthCheck: "/health?of=§{id}"  | must not contain '{'; write it percent-encoded: %7B
            """)
    void keys_fit_together(String keys, String words) {
        Mistake.isReportedAtMark("downstreams: {d: {" + keys + "}}" + ROUTES, words);
    }
}
