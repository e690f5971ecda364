package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.service.aggregate.DownstreamException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    private static final Target TARGET = Target.of(URI.create("http://host:8081"));

    @ParameterizedTest
    @ValueSource(strings = {"", "products", "//evil.example/", "http://evil.example/", "@evil.example/",
            ":81/", "\\evil",
            "/\\evil", "/a b", "/a\r\nHost: evil", "/a\tb", "/\u0000", "/ä", "/a#b", "/%", "/%2", "/%zz",
            "/a\"b", "/<", "/{id}",
            "/[1]", "/..", "/.", "/a/../b", "/a/..", "/%2e%2E/a", "/a/.%2e", "/a/..;x", "/a/..?b"})
    void path_that_could_lead_elsewhere_is_refused(String path) {
        assertThrows(IllegalArgumentException.class, () -> TARGET.resolve(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/products/42", "/a%2Fb/%0d%0a/%00", "/a//b", "/a;b=c/d", "/?a=b",
            "/a?b=//c&d=../e", "/a/...",
            "/a/.b/c..", "/@:!$&'()*+,=~-._", "/a?b=c?d/e"})
    void any_other_path_goes_out_as_it_is(String path) {
        assertEquals(path, TARGET.resolve(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host:80", "/host", "ftp://host", "http://user@host", "http://host/a/../b",
            "http://host//a", "http://host?a", "http://host#a", "http://a+b", "mailto:a@b"})
    void url_with_more_or_less_than_host_port_and_path_is_refused(String url) {
        assertThrows(IllegalArgumentException.class, () -> Target.of(URI.create(url)));
    }

    @ParameterizedTest
    @CsvSource({"http://host, /a", "http://host/, /a", "http://host/shop, /shop/a",
            "https://host:1/shop/v1/, /shop/v1/a"})
    void path_of_the_url_stands_before_that_of_the_call(String url, String target) {
        assertEquals(target, Target.of(URI.create(url)).resolve("/a"));
    }

    @Test
    void host_may_have_underscores() {
        Target target = Target.of(URI.create("http://my_shop_1:8081"));
        assertEquals("my_shop_1", target.host());
        assertEquals(8081, target.port());
        assertEquals("my_shop_1:8081", target.authority());
        assertEquals(443, Target.of(URI.create("https://my_shop")).port());
    }

    @Test
    void port_is_80_where_none_is_given() {
        assertEquals(80, Target.of(URI.create("http://host/")).port());
        assertEquals("[::1]", Target.of(URI.create("http://[::1]:8081")).host());
    }

    @Test
    void bad_calls_are_misuse_and_not_an_attempt() {
        Rig.run(Rig::echo, rig -> {
            assertThrows(IllegalArgumentException.class, () -> rig.get("//evil"));
            assertThrows(IllegalArgumentException.class, () -> rig.get("/a/../b"));
            assertEquals(0, rig.observer.started.get());
            assertEquals(0, rig.server.requests());
        });
    }

    @Test
    void long_path_is_a_failure_of_the_call_and_nothing_worse() {
        Rig.run(Rig::echo, rig -> {
            assertEquals("/" + "x".repeat(20_000), rig.echoed("/" + "x".repeat(20_000)));
            assertThrows(DownstreamException.class, () -> rig.get("/" + "x".repeat(100_000)));
            assertEquals("/next", rig.echoed("/next"));
        });
    }
}
