package dev.structured.service.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.check.Mistake;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class YamlTextTest {

    @Test
    void syntax_error_has_its_place() {
        new Mistake("routes: [a\n").isReported(2, 1, "not valid YAML: ", "expected ',' or ']'");
        new Mistake("a: b: c\n").isReported(1, 5, "not valid YAML: mapping values are not allowed here");
        new Mistake("downstreams:\n  a: 'x\n").isReported(3, 1, "not valid YAML: ",
                "unexpected end of stream");
    }

    @Test
    void tab_used_for_indentation_is_named() {
        new Mistake("routes:\n\t- path: /x\n").isReported(2, 1,
                "not valid YAML: a tab is used for indentation; use spaces");
    }

    @Test
    void variable_without_quotes_in_braces_is_explained() {
        new Mistake("part: {path: /x/${id}, from: y}\n").isReported(1, 18, "must be in quotes");
    }

    @Test
    void empty_file_is_an_error() {
        new Mistake("").isReported(1, 1, "the file is empty; it needs 'downstreams:' and 'routes:'");
        new Mistake("# nothing but a comment\n").isReported(1, 1, "the file is empty");
        new Mistake("---\n...\n").isReported(2, 1, "the configuration has no value");
    }

    @Test
    void byte_order_mark_is_skipped() throws ConfigException {
        assertEquals(1, ConfigReader.read("routes.yaml", "\uFEFF" + Mistake.GOOD).routes().size());
    }

    @Test
    void windows_line_ends_count_as_one() throws ConfigException {
        assertEquals(1, ConfigReader.read("routes.yaml", Mistake.GOOD.replace("\n", "\r\n")).routes().size());
        new Mistake(Mistake.GOOD.replace("budget", "budgt").replace("\n", "\r\n")).isReported(17, 9,
                "unknown key 'budgt'");
    }

    @Test
    void second_document_is_an_error() {
        new Mistake(Mistake.GOOD + "---\na: b\n").isReported(18, 1, "a second document begins here");
    }

    @Test
    void one_document_may_begin_with_dashes() throws ConfigException {
        assertEquals(1, ConfigReader.read("routes.yaml", "---\n" + Mistake.GOOD).routes().size());
    }

    @Test
    void anchors_and_aliases_are_errors_together_with_the_rest() {
        Mistake mistake = Mistake.replacing("url: http://localhost:9001", "url: &here http://localhost:9001")
                .and("url: http://localhost:9002", "url: *here")
                .and("budget", "budgt");

        assertEquals(3, mistake.problems().size());
        mistake.isReportedAmongOthers(3, 10, "anchors (&here) are not supported");
        mistake.isReportedAmongOthers(5, 10, "aliases (*here) are not supported; write the value out");
        mistake.isReportedAmongOthers(17, 9, "unknown key 'budgt'");
    }

    @Test
    void mistake_behind_an_anchor_and_its_aliases_is_found_and_reported_once() {
        Mistake mistake = new Mistake(
                "downstreams: {d: {url: demo:stock}}\nroutes: [&r {path: /a, deadline: 0s, parts: {p: {from: d, path: /}}}, *r, *r]\n");

        assertEquals(1, mistake.problems().stream()
                .filter(problem -> problem.message().contains("between 1ms and 10min")).count());
        mistake.isReportedAmongOthers(2, 34,
                "'deadline' of route '/a' must be between 1ms and 10min; it is 0s");
    }

    @Test
    void alias_to_nothing_is_an_error() {
        Mistake.replacing("from: catalog", "from: *nobody").isReportedAmongOthers(11, 15,
                "aliases (*nobody) are not supported");
    }

    @Test
    void alias_to_what_holds_it_ends() {
        new Mistake("routes: &all\n  - *all\ndownstreams: {d: {url: demo:stock}}\n").isReportedAmongOthers(2,
                5, "aliases (*all)");
    }

    @Test
    void alias_bomb_is_refused_at_once() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 60; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1, i - 1));
        }

        assertTimeoutPreemptively(Duration.ofSeconds(20),
                () -> new Mistake(bomb.toString()).isReportedAmongOthers(2, 10, "aliases (*a0)"));
    }

    @Test
    void deep_nesting_is_refused_at_once() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            new Mistake("a: " + "[".repeat(100_000)).isReported(1, 23, "nested deeper than 20 levels");
            new Mistake("- ".repeat(100_000)).isReported(1, 41, "nested deeper than 20 levels");
        });
    }

    @Test
    void tags_are_errors() {
        Mistake.replacing("from: catalog", "from: !!str catalog").isReported(11, 15,
                "tags (tag:yaml.org,2002:str) are not supported");
        Mistake.replacing("required: true", "required: !yes true").isReportedAmongOthers(13, 19,
                "tags (!yes) are not supported");
    }

    @Test
    void unprintable_character_is_an_error_at_its_place() {
        new Mistake("a: 1\nbc: \u0001\n").isReported(2, 5, "U+0001");
        new Mistake("# padding\n".repeat(5_000) + "a: \u0007\n").isReported(5_001, 4, "U+0007");
        new Mistake("# \uD83D\uDE00\na: \u0007\n").isReported(2, 4, "U+0007");
    }

    @Test
    void other_version_of_yaml_is_an_error() {
        new Mistake("%YAML 2.0\n---\na: 1\n").isReported(1, 1, "another version of YAML");
    }
}
