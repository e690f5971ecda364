package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.Problem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values for keys that routes and downstreams do not have themselves.
final class DefaultsTest {
    private static final String HASH = "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683";

    private static String file(String routes, String downstreams, String downstream, String route) {
        return """
                clients: {app: {keys: "sha256:%s"}}
                defaults:
                  routes: {%s}
                  downstreams: {%s}
                downstreams:
                  d: {url: "http://h:1", %s}
                routes:
                  - {path: /a, %s parts: {p: {from: d, path: /x}}}
                """
                .formatted(HASH, routes == null ? "" : routes, downstreams == null ? "" : downstreams,
                        downstream == null ? "" : downstream,
                        route == null || route.isEmpty() ? "" : route + ",");
    }

    private static DownstreamConfig downstream(String defaults, String own) throws ConfigException {
        ServiceConfig config = ConfigReader.read("routes.yaml", file("deadline: 1s", defaults, own, ""));
        return config.downstreams().get("d");
    }

    private static RouteConfig route(String defaults, String own) throws ConfigException {
        return ConfigReader.read("routes.yaml", file(defaults, "", "", own)).routes().getFirst();
    }

    @Test
    void downstream_has_the_default_unless_it_has_the_key() throws ConfigException {
        String defaults = "maxQueued: 3, retry: {attempts: 4}, headers: {x-a: b}";

        DownstreamConfig without = downstream(defaults, "");
        assertEquals(3, without.maxQueued());
        assertEquals(4, without.retry().attempts());
        assertEquals(1, without.headers().size());
        DownstreamConfig with = downstream(defaults, "maxQueued: 5, retry: {base: 7ms}, headers: {}");
        assertEquals(5, with.maxQueued());
        assertEquals(Duration.ofMillis(7), with.retry().base());
        assertEquals(2, with.retry().attempts(), "the key as a whole is replaced");
        assertEquals(0, with.headers().size());
    }

    @Test
    void null_takes_a_default_back() throws ConfigException {
        String defaults = "maxQueued: 3, retry: {attempts: 4}";

        assertNull(downstream(defaults, "retry: null").retry());
        assertEquals(256, downstream(defaults, "maxQueued: null").maxQueued());
        assertNotNull(route("deadline: 1s, access: {clients: [app]}", "").access());
        assertNull(route("deadline: 1s, access: {clients: [app]}", "access: null").access());
    }

    @Test
    void route_has_the_default_unless_it_has_the_key() throws ConfigException {
        assertEquals(Duration.ofSeconds(2), route("deadline: 2s", "").deadline());
        assertEquals(Duration.ofSeconds(3), route("deadline: 2s", "deadline: 3s").deadline());
        assertEquals(List.of("page"), route("deadline: 2s, query: [page]", "").query());
    }

    @Test
    void merged_key_counts_more_than_a_default_and_null_takes_back_both() throws ConfigException {
        String text = """
                x-common: &calls {retry: {attempts: 4}}
                defaults: {downstreams: {retry: {attempts: 2}}, routes: {deadline: 1s}}
                downstreams:
                  a: {<<: *calls, url: "http://h:1"}
                  b: {url: "http://h:1"}
                  c: {<<: *calls, url: "http://h:1", retry: null}
                routes: [{path: /a, parts: {p: {from: a, path: /x}}}]
                """;
        ServiceConfig config = ConfigReader.read("routes.yaml", text);

        assertEquals(4, config.downstreams().get("a").retry().attempts());
        assertEquals(2, config.downstreams().get("b").retry().attempts());
        assertNull(config.downstreams().get("c").retry());
    }

    @Test
    void configurations_that_do_the_same_are_equal() throws ConfigException {
        ServiceConfig one = ConfigReader.read("routes.yaml", file("deadline: 1s", "maxQueued: 3", "", ""));
        ServiceConfig other = ConfigReader.read("routes.yaml", file("", "", "maxQueued: 3", "deadline: 1s"));

        assertEquals(one, other);
        ServiceConfig slower = ConfigReader.read("routes.yaml", file("deadline: 2s", "maxQueued: 3", "", ""));
        assertEquals(List.of("~ route GET /a deadline: 1000ms → 2000ms"), ConfigDiff.between(one, slower));
    }

    /// The mark stands before the place of the mistake.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            deadline: §0s               |                         |                |                | 'deadline' of 'routes' of 'defaults' of the configuration must be between 1ms and 10min
            deadline: 1s, §path: /x     |                         |                |                | unknown key 'path' in 'routes' of 'defaults'
            deadline: 1s                | §url: "http://h:1"      |                |                | unknown key 'url' in 'downstreams' of 'defaults'
            deadline: 1s                | retry: {atempts: 3}     |                |                | did you mean 'attempts'?
            deadline: 1s                | maxQueued: 3            | maxQueued:§   |                | 'maxQueued' of downstream 'd' has no value
            deadline: 1s                | adaptiveLimit: {start: §90} | maxConnections: 50 |        | of downstream 'd', by default, makes the limit begin above all connections
            deadline: 1s                | protocol: §h2           |                |                | 'protocol' of downstream 'd', by default, is 'h2', which is for a downstream whose 'url' begins with https
            deadline: 1s                |                         | deadlineHeaders: [], deadlineMargin: §1ms | | has no effect
            §                           |                         |                |                | route '/a' has no 'deadline'
            """)
    void mistake_in_a_default_is_told_where_it_stands(String routes, String downstreams, String downstream,
            String route, String words) {
        String text = file(routes, downstreams, downstream, route);
        if (routes != null && routes.equals("§")) {
            Mistake mistake = new Mistake(text.replace("§", ""));
            mistake.isReported(8, 5, words);
        } else if (text.contains("atempts")) {
            new Mistake(text).isReportedAmongOthers(4, 25, words);
        } else {
            Mistake.isReportedAtMark(text, words);
        }
    }

    @Test
    void default_that_cannot_be_read_is_told_once_for_all_that_would_have_it() {
        String many = "downstreams: {a: {url: 'http://h:1'}, b: {url: 'http://h:1'}, c: {url: 'http://h:1'}}\n";
        List<Problem> problems = new Mistake("defaults: {downstreams: {maxQueued: many}}\n" + many
                + "routes: [{path: /a, deadline: 1s, parts: {p: {from: a, path: /x}}}]\n").problems();

        assertEquals(1, problems.size(), problems::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            deadlineMargin: 9ms | deadlineHeaders: []
            extra: 7%           | maxQueued: 3
            """)
    void default_without_effect_on_one_downstream_is_no_mistake(String defaults, String own)
            throws ConfigException {
        assertNotNull(downstream(defaults, own));
    }

    @Test
    void defaults_for_pages_are_no_mistake_beside_a_proxy_or_a_batch() throws ConfigException {
        String text = """
                defaults: {routes: {deadline: 1s, query: [page], requestHeaders: [x-a]}}
                downstreams: {d: {url: "http://h:1"}}
                routes:
                  - {path: /p/**, proxy: {to: d}}
                  - {path: "/a/{id}", parts: {p: {from: d, path: "/x/${id}"}}}
                  - path: /a
                    method: POST
                    body: {fields: {ids: {type: array, required: true}}}
                    batch: {route: "/a/{id}", items: "${body.ids}"}
                """;

        assertEquals(3, ConfigReader.read("routes.yaml", text).routes().size());
    }

    /// A stage may have no default where another one has.
    @Test
    void null_takes_back_what_no_default_gives() throws ConfigException {
        assertNull(downstream("", "retry: null").retry());
    }

    @Test
    void key_that_has_no_defaults_cannot_be_null() {
        Mistake.isReportedAtMark("""
                downstreams: {d: {url: §null}}
                routes: [{path: /a, deadline: 1s, parts: {p: {from: d, path: /x}}}]
                """, "'url' of downstream 'd'");
        assertThrows(ConfigException.class, () -> route("deadline: 1s", "deadline: null"));
    }
}
