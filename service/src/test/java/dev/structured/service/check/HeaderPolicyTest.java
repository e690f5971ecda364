package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.yaml.ConfigException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A header that the service would drop is refused when the file is read, with the reason.
class HeaderPolicyTest {
    private static String file(String downstream, String route, String part) {
        return """
                downstreams: {d: {url: "http://d.test"%s}}
                routes:
                  - path: /x
                    method: POST
                    body: {}
                    deadline: 2s
                    %s
                    parts: {p: {from: d, path: /, method: POST, idempotencyKey: "k${request.id}"%s}}
                """.formatted(downstream, route, part);
    }

    private static void assertRefused(String file, String name, String why) {
        String message = assertThrows(ConfigException.class, () -> ConfigReader.read("routes.yaml", file))
                .getMessage();
        assertTrue(message.contains("has '" + name + "', " + why), message);
        assertTrue(message.matches("(?s)routes\\.yaml:\\d+:\\d+: .*"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"range", "if-range", "accept-encoding", "content-type", "content-length",
            "content-encoding", "host", "expect", "x-request-id", "x-request-timeout", "grpc-timeout",
            "connection",
            "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "proxy-authorization", "Range"})
    void header_that_is_not_passed_on_is_refused_in_requestHeaders(String name) {
        assertRefused(file("", "requestHeaders: [x-tenant, " + name + "]", ""), name.toLowerCase(Locale.ROOT),
                "which ");
        assertRefused(file("", "", ", requestHeaders: [" + name + "]"), name.toLowerCase(Locale.ROOT),
                "which ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"range", "if-range", "accept-encoding", "content-length", "content-encoding",
            "host",
            "expect", "x-request-id", "idempotency-key", "x-request-timeout", "connection", "te", "proxy-x"})
    void header_that_cannot_be_set_is_refused_in_headers(String name) {
        assertRefused(file(", headers: {" + name + ": a}", "", ""), name, "which ");
        assertRefused(file("", "", ", headers: {" + name + ": a}"), name, "which ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vary", "date", "server", "x-parts", "proxy-status", "x-request-id",
            "content-type",
            "content-length", "content-encoding", "content-range", "accept-ranges", "cache-control", "age",
            "expires", "etag", "last-modified", "ETag",
            "set-cookie", "connection", "transfer-encoding"})
    void header_that_is_not_returned_is_refused_in_responseHeaders(String name) {
        assertRefused(file("", "", ", responseHeaders: [" + name + "]"), name.toLowerCase(Locale.ROOT),
                "which ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"headers: {x-set: a}|X-Set", "send: {via: true}|via",
            "send: {trace: pass}|tracestate", "send: {forwarded: x-forwarded}|x-forwarded-for",
            "send: {priority: true}|priority"})
    void header_of_a_part_that_its_downstream_sets_is_refused(String key, String name) {
        String part = ", headers: {" + name + ": a}";
        String message = assertThrows(ConfigException.class,
                () -> ConfigReader.read("routes.yaml", file(", " + key, "", part))).getMessage();
        assertTrue(message.contains("has '" + name.toLowerCase(Locale.ROOT)
                + "', but downstream 'd' sets it, so that the part's never arrives"), message);
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml", file("", "", part)));
    }

    @Test
    void header_that_goes_its_way_is_good() {
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml",
                file(", headers: {x-set: a}",
                        "requestHeaders: [x-tenant, accept, authorization, idempotency-key]",
                        ", headers: {accept: text/plain}, responseHeaders: [www-authenticate, location]}, "
                                + "q: {from: d, path: /q")));
    }

    @Test
    void type_of_a_body_is_good_where_there_is_a_body() {
        String type = ", headers: {content-type: application/merge-patch+json}";
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml", file("", "", type + ", body: {a: 1}")));
        assertRefused(file("", "", type), "content-type", "which tells of a body, but this part sends none");
        assertRefused(file(", headers: {content-type: text/plain}", "", ""), "content-type",
                "which tells of a body, but not every call has one");
    }

    @Test
    void header_of_the_client_that_another_hides_is_refused() {
        assertRefused(file(", headers: {x-tenant: a}", "", ", requestHeaders: [x-tenant]"), "x-tenant",
                "but downstream 'd' sets it");
        assertRefused(file("", "", ", requestHeaders: [x-tenant], headers: {X-Tenant: a}"), "x-tenant",
                "but the part's 'headers' sets it");
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml",
                file("", "", ", requestHeaders: [x-tenant], headers: {x-tenant: '${header.x-tenant}-1'}")));
        assertRefused(file("", "", ", requestHeaders: [idempotency-key]"), "idempotency-key",
                "but the part's 'idempotencyKey' sets it");
    }

    @Test
    void header_of_the_client_that_no_part_passes_on_is_refused_in_the_route() {
        String list = "requestHeaders: [x-tenant]";
        String why = "but no part passes it on";
        assertRefused(file(", headers: {x-tenant: a}", list, ""), "x-tenant", why);
        assertRefused(file("", list, ", headers: {X-Tenant: a}"), "x-tenant", why);
        assertRefused(file("", list, ", requestHeaders: [accept]"), "x-tenant", why);
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml", file("", list, "")));
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml", file(", headers: {x-tenant: a}", list,
                ", query: {t: '${header.x-tenant}'}")));
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml",
                file(", headers: {x-tenant: a}", list, "}, q: {from: other, path: /q")
                        .replace("downstreams: {", "downstreams: {other: {url: http://other}, ")));
    }
}
