package dev.structured.service.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.check.Mistake;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.ServiceConfig;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class YamlTextTest {

    @Test
    void syntax_error_has_its_place() {
        new Mistake("a: b: c\n").isReported(1, 5,
                "not valid YAML: there is no place for another 'key: value' here; the ':' before it needs");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "a: 1;§b;c: 2                    | this line is no 'key: value', since it has no ':' with a space after it",
            "a: 1;§b:5;c: 2                  | it has no ':' with a space after it",
            "a: 1;§b:\u00A05;c: 2            | U+00A0 in it is no space but a no-break space",
            "a: 1;§b\uFF1A 5;c: 2            | U+FF1A in it is no ':' but a wide colon",
            "a: §'x;b: 1                     | the quote that opens here is not closed; close it",
            "a: §\"x;---                     | the quote that opens here is not closed; close it",
            "a: \"{id:\\§d+}\"               | in double quotes a '\\' begins an escape, and there is none like this; write '\\\\'",
            "a: §[b;                         | this '[' is not closed; add ']'",
            "a:; - §{b: 1;                   | this '{' is not closed; add '}'",
            "a: {b: x§: y}                   | for the '{' at line 1, column 4 a ',' or '}' is missing before this; if it belongs to a text, put the text in quotes",
            "a: [b]§]                        | the value has ended before this; remove the rest, or put the whole value in quotes",
            "a: 'it'§s                       | the value has ended before this",
            "a: [b,§,c]                      | a value is missing here",
            "a: §@x                          | a value that begins with '@' needs quotes",
            "a: *§.x                         | a value that begins with '*' needs quotes, unless the name of an anchor follows",
            "a: &§ x                         | a value that begins with '&' needs quotes",
            "a: >§= 3                        | a value that begins with '|' or '>' needs quotes, unless its text begins in the next line",
            "a: 1;§%x                        | a line that begins with '%' is for YAML itself; remove it"})
    void what_yaml_does_not_allow_is_told_where_it_is_with_the_fix(String marked, String words) {
        Mistake.isReportedAtMark(marked.replace(';', '\n') + "\n", "not valid YAML: ", words);
    }

    @Test
    void message_about_a_very_long_text_leaves_out_its_middle() {
        String message = Mistake.replacing("800ms", "8".repeat(200_000)).problems().getFirst().message();

        assertTrue(
                message.length() < 4_000 && message.startsWith("'deadline' of route")
                        && message.endsWith("8'"),
                message);
    }

    @Test
    void missing_space_behind_a_colon_is_told_where_it_shows() {
        Mistake.replacing("from: pricing", "from:pricing").isReported(16, 13,
                "the ':' before it needs a space after it, or the value needs quotes");
    }

    @Test
    void line_of_another_indentation_is_told_with_the_place_where_its_neighbours_begin() {
        Mistake.replacing("        path: /prices", "       path: /prices").isReported(16, 8,
                "this line does not fit into the mapping that begins at line 10; "
                        + "there each 'key: value' begins in column 7");
        Mistake.replacing("      product:", "      - product:").isReported(14, 7,
                "this line does not fit into the list that begins at line 10; "
                        + "there each entry begins with '- ' in column 7");
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
    void alias_stands_for_what_its_anchor_names() throws ConfigException {
        ServiceConfig config = ConfigReader.read("routes.yaml", """
                downstreams: {d: {url: demo:stock}}
                routes:
                  - path: /a
                    deadline: &time 2s
                    parts: {p: &part {from: d, path: /x, budget: 1s}}
                  - {path: /b, deadline: *time, parts: {q: *part}}
                """);

        assertEquals(Duration.ofSeconds(2), config.routes().get(1).deadline());
        assertEquals(config.routes().get(0).part("p").call(), config.routes().get(1).part("q").call());
    }

    @Test
    void merge_key_gives_the_keys_that_a_mapping_does_not_have() throws ConfigException {
        ServiceConfig config = ConfigReader.read("routes.yaml", """
                x-common:
                  retry: &retry {attempts: 3, base: 20ms}
                  calls: &calls {maxConnections: 10, maxQueued: 5, retry: *retry, coalesce: true}
                  small: &small {maxQueued: 1, maxAge: 1min}
                downstreams:
                  a: {<<: *calls, url: demo:stock, maxQueued: 7}
                  b:
                    <<: [*small, *calls]
                    url: demo:stock
                    retry: {<<: *retry, attempts: 5}
                  c: {<<: *calls, url: demo:stock, retry: null}
                routes:
                  - {path: /a, deadline: 2s, parts: {p: {from: a, path: /x}}}
                """);
        DownstreamConfig a = config.downstreams().get("a");
        DownstreamConfig b = config.downstreams().get("b");

        assertEquals(List.of(10, 7), List.of(a.maxConnections(), a.maxQueued()));
        assertEquals(3, a.retry().attempts());
        assertEquals(List.of(10, 1), List.of(b.maxConnections(), b.maxQueued()));
        assertEquals(Duration.ofMinutes(1), b.maxAge());
        assertEquals(5, b.retry().attempts());
        assertEquals(Duration.ofMillis(20), b.retry().base());
        assertNull(config.downstreams().get("c").retry());
        assertTrue(config.downstreams().get("c").coalesce());
    }

    @Test
    void null_in_json_stays_null_and_takes_a_merged_part_back() throws ConfigException {
        ServiceConfig config = ConfigReader.read("routes.yaml", """
                x-common: {a: &json {a: 1, b: 2}, b: &parts {p: {value: 1}, q: {value: 2}}}
                downstreams: {d: {url: demo:stock}}
                routes:
                  - {path: /a, deadline: 2s, parts: {<<: *parts, q: null, r: {value: {<<: *json, b: null}}}}
                """);

        assertEquals(Set.of("p", "r"), config.routes().getFirst().parts().keySet());
        assertEquals("{\"a\":1,\"b\":null}",
                String.valueOf(config.routes().getFirst().part("r").value()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {url: §null}                           | 'url' of downstream 'd' has no value; write one, or remove the line
            {url: "http://h:1", §<<: 3}            | '<<' must name a mapping, or a list of mappings
            {url: "http://h:1", §<<: [{retry: {}}, 3]} | '<<' must name a mapping, or a list of mappings
            {url: "http://h:1", <<: {retry: {}}, §<<: {}} | '<<' is there a second time; write one list
            {url: "http://h:1", <<: {§rety: {}}}   | unknown key 'rety' in downstream 'd'; did you mean 'retry'?
            {url: "http://h:1", §"<<": {}}         | unknown key '<<' in downstream 'd'
            {url: §&a "http://h:1"}                | the anchor &a has no effect: no alias *a comes after it
            {url: §*b}                             | *b names no anchor that comes before it; write &b at the value
            """)
    void wrong_use_of_anchors_and_merges_is_told(String downstream, String words) {
        Mistake.isReportedAtMark("downstreams:\n  d: " + downstream
                + "\nroutes: [{path: /a, deadline: 1s, parts: {p: {from: d, path: /x}}}]\n", words);
    }

    @Test
    void anchor_that_is_there_twice_is_told() {
        Mistake.isReportedAtMark(
                """
                        downstreams: {d: {url: &a 'http://h:1'}, e: {url: §&a 'http://h:1'}, f: {url: *a}}
                        routes: [{path: /a, deadline: 1s, parts: {p: {from: d, path: /x}}}]
                        """,
                "the anchor &a is there a second time");
    }

    @Test
    void extra_key_without_an_anchor_is_told() {
        Mistake.isReportedAtMark("§x-common: {a: 1}\n" + Mistake.GOOD,
                "'x-common' has no effect: keys with x- hold values for anchors, and there is none in it");
    }

    @Test
    void mistake_behind_an_anchor_and_its_aliases_is_found_and_reported_once() {
        Mistake mistake = new Mistake(
                "downstreams: {d: {url: demo:stock}}\nroutes: [&r {path: /a, deadline: 0s, parts: {p: "
                        + "{from: d, path: /}}}, *r, *r]\n");

        assertEquals(1, mistake.problems().stream()
                .filter(problem -> problem.message().contains("between 1ms and 10min")).count());
        mistake.isReportedAmongOthers(2, 34,
                "'deadline' of route '/a' must be between 1ms and 10min; it is 0s");
    }

    @Test
    void alias_to_what_holds_it_is_an_error() {
        new Mistake("routes: &all\n  - *all\ndownstreams: {d: {url: demo:stock}}\n").isReported(2,
                5, "*all stands within what it names, which would never end");
    }

    @Test
    void alias_bomb_is_refused_at_once() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 60; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1, i - 1));
        }

        assertTimeoutPreemptively(Duration.ofSeconds(20),
                () -> new Mistake(bomb.toString()).isReported(9, 15,
                        "*a7 is one alias too many: aliases stand for more than 100000 values"));
    }

    @Test
    void aliases_nest_no_deeper_than_the_text_may() {
        StringBuilder deep = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 60; i++) deep.append("a%d: &a%d [*a%d]\n".formatted(i, i, i - 1));

        new Mistake(deep.toString()).isReported(20, 12, "*a18 makes the file nested deeper than 20 levels");
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
