package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A wide proxy beside a page that asks for `access`.
final class PassedAccessCheckTest {
    private static final String FILE = """
            clients: {web: {keys: "sha256:742aa448448fa95823a8dd6136752019b25af04d56f8f47eba37db1f7e27df12"}}
            downstreams: {d: {url: "http://h:1"}}
            routes:
              - {path: "/account/{id}", %sdeadline: 1s, access: {clients: [web]}, parts: {p: {value: 1}}}
              %s
              - {path: %s, deadline: 1s, proxy: {to: d}}
            """;
    private static final String NOTHING = "# no other route";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            - | §/**
            - | §/account/**
            - | `§"/account/{id}/**"`
            `hosts: [shop.test], ` | §/**
            `hosts: [shop.test], ` | `§/**, hosts: [shop.test]`
            `method: POST, body: {}, ` | §/**
            """)
    void proxy_that_passes_other_methods_is_a_mistake(String page, String proxy) {
        Mistake.isReportedAtMark(FILE.formatted(page == null ? "" : page, NOTHING, proxy),
                "passes on requests for '/account/{id}' at line 4 by other methods than ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `- {path: "/account/{any}", deadline: 1s, proxy: {to: d}}` | /**
            `- {path: "/account/{id}", deadline: 1s, access: {clients: [web]}, proxy: {to: d}}` | /**
            `- {path: "/account/**", deadline: 1s, access: {clients: [web]}, proxy: {to: d}}` | /**
            # no other route | `/**, access: {clients: [web]}`
            # no other route | /other/**
            # no other route | `/**, hosts: [other.test]`
            """)
    void what_is_meant_or_goes_elsewhere_is_none(String between, String proxy) {
        assertDoesNotThrow(
                () -> ConfigReader.read("routes.yaml", FILE.formatted("", between, proxy)));
    }

    @Test
    void access_of_all_routes_is_that_of_the_proxy_too() {
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml",
                "defaults: {routes: {access: {clients: [web]}}}\n" + FILE.formatted("", NOTHING, "/**")));
    }
}
