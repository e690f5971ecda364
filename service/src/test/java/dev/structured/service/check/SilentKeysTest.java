package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.config.PartConfig;
import dev.structured.service.config.PartSource;
import dev.structured.service.config.PlaceConfig;
import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.KeyedComponent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What is called good does what it says: a key without an effect, and a value that means something else than
/// it seems to, is refused where it stands.
final class SilentKeysTest {
    /// A good value of each key of a part that needs another one beside it, or is no scalar.
    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("value", "1"), Map.entry("from", "d"), Map.entry("path", "/x"),
            Map.entry("query", "[a]"),
            Map.entry("headers", "{x-a: b}"), Map.entry("requestHeaders", "[x-a]"),
            Map.entry("responseHeaders", "[x-b]"), Map.entry("cookies", "[a]"),
            Map.entry("setCookies", "[a]"), Map.entry("body", "{a: 1}"),
            Map.entry("idempotencyKey", "\"${request.id}\""), Map.entry("budget", "10ms"),
            Map.entry("minBudget", "1ms"), Map.entry("target", "a"), Map.entry("allow", "[a]"),
            Map.entry("deny", "[b]"), Map.entry("rename", "{a: b}"), Map.entry("onFailure", "omit"),
            Map.entry("fallback", "{a: 1}"), Map.entry("statuses", "{409: 409}"),
            Map.entry("passProblem", "true"),
            Map.entry("each", "\"${q.list}\""),
            Map.entry("atOnce", "2"), Map.entry("atMost", "3"), Map.entry("onElementFailure", "omit"),
            Map.entry("needs", "[q]"), Map.entry("when", "\"${q.a}\""), Map.entry("as", "other"),
            Map.entry("group", "g"), Map.entry("merge", "true"), Map.entry("show", "true"),
            Map.entry("method", "GET"), Map.entry("retry", "true"), Map.entry("hedge", "true"),
            Map.entry("flatten", "true"), Map.entry("required", "true"));

    private static final String FILE = """
            downstreams: {d: {url: "http://h:1", %s}, r: {url: "http://h:2", retry: {}, hedge: {}}}
            routes:
              - path: /r/{id}
                method: POST
                deadline: 1s
                params: {n: integer, flag: boolean, tier: {oneOf: [gold, silver]}, %s}
                requestHeaders: [x-h]
                body: {fields: {ids: array, name: string, count: integer, more: object}}
                parts:
                  q: {from: d, path: /q}
                  v: {value: {a: {b: 1}, list: [1]}}
                  p: {%s}
            """;

    static Stream<String> keys() {
        return keys(PartConfig.class);
    }

    private static Stream<String> keys(Class<? extends Record> type) {
        return KeyedComponent.keys(type).stream().map(KeyedComponent::name);
    }

    private static Stream<String> keysOfElements() {
        Set<String> plain = Set.copyOf(keys(PartSource.Asked.class).toList());
        return keys(PartSource.Each.class).filter(key -> !plain.contains(key) && !key.equals("each"));
    }

    /// The records say which keys a fixed value has; each of the others is tried.
    @ParameterizedTest
    @MethodSource("keys")
    void key_of_a_call_is_refused_beside_a_fixed_value(String key) {
        Set<String> ofCalls = Set.copyOf(keys(PartSource.Each.class).toList());
        if (key.equals("value")) return;
        String text = FILE.formatted("", "", "value: {a: 1}, " + key + ": " + VALUES.get(key));

        assertEquals(!ofCalls.contains(key), isGood(text), text);
    }

    @ParameterizedTest
    @MethodSource("keysOfElements")
    void key_of_elements_is_refused_without_each(String key) {
        String text = FILE.formatted("", "", "from: d, path: /x, " + key + ": " + VALUES.get(key));

        assertEquals(List.of(
                "'" + key + "' of part 'p' of route '/r/{id}' is for a part with 'each', which is asked once "
                        + "for each element of a list; add 'each', or remove it"),
                messages(text));
    }

    static Stream<String> keysOfPlaces() {
        return keys(PlaceConfig.class).filter(key -> !key.equals("show"));
    }

    @ParameterizedTest
    @MethodSource("keysOfPlaces")
    void key_of_a_place_is_refused_for_a_hidden_part(String key) {
        String text = FILE.formatted("", "",
                "from: d, path: /x, method: DELETE, allow: [a], show: false, " + key + ": "
                        + VALUES.get(key));

        assertEquals(1, messages(text).size(), text);
        assertTrue(messages(text).getFirst().contains("cannot stand beside 'show: false'"));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void every_key_has_a_value_in_this_test(String key) {
        assertTrue(VALUES.containsKey(key), "add a good value of '" + key + "' to VALUES");
    }

    /// The mark stands before the place of the mistake.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            when: §"${q.a} == ${q.a}"                      | only a fixed value may follow the sign
            when: §"${q.a} != ${q.b}"                      | only a fixed value may follow the sign
            when: §"${q.a} == 1 and ${q.b} == 2"           | only a fixed value
            when: §"${q.a} == gold and silver"             | write each comparison as an entry of a list
            when: §"${q.a} == gold or silver"              | write each comparison as an entry of a list
            when: §"${q.a} == 1 && 2"                      | write each comparison as an entry of a list
            when: §"${q.a} == not b"                       | write each comparison as an entry of a list
            when: §"${q.a} == b == c"                      | write each comparison as an entry of a list
            when: §"${q.a} == 'a' or 'b'"                  | quotes within quotes
            when: §"${q.a} == 'a"                          | a quote is missing
            when: §"${q.a} === gold"                       | compares with '= gold'; a sign is one of ==, !=,
            when: §"${q.a} <> 3"                           | text that begins like one needs quotes
            when: §"${q.a} == True"                        | write true, or "True" with quotes
            when: §"${q.a} == NULL"                        | write null
            when: §"${q.a} == ~"                           | write null
            when: §"${q.a} == 010"                         | write the number as JSON does
            when: §"${id} > 3"                             | asks for the order of ${id}, which is declared as 'string'
            when: §"${flag} == yes"                        | which it never is: it is declared as 'boolean'
            when: §"${n} == many"                          | which it never is: it is declared as 'integer'
            when: §"${tier} == platinum"                   | which it never is: 'oneOf' allows gold, silver
            when: §"${body.ids} == 1"                      | which it never is: it is declared as 'array'
            when: §"${v.a.c}"                              | the fixed value of part 'v' has no such field
            query: {a: "x-§${body.ids}"}                   | declared as 'array' and cannot be put in a text
            query: {a: "x §${body.more}"}                  | declared as 'object' and cannot be put in a text
            query: {a: §"${body.name.first}"}              | ${body.name} is declared as 'string', which has no field 'first'
            query: {a: §"${body.ids.first}"}               | ${body.ids} is declared as 'array', which has no field 'first'
            query: {a: §"${v.b}"}                          | the fixed value of part 'v' has no such field
            each: §"${body.name}"                          | declared as 'string' and is no list
            each: §"${id}"                                 | declared as 'string' and is no list
            each: §"${header.x-h}"                         | declared as 'string' and is no list
            headers: {x-a: §"a\\r\\nb: c"}              | has a character that no header may have
            headers: {x-a: "f§ür"}                         | has a character that no header may have
            method: POST, idempotencyKey: §fixed           | is the same for all calls
            rename: {§_links.self: me}                     | only outermost fields can be renamed
            rename: {§a: b.c}                              | is not the name of one field
            rename: {§a: a}                                | the name that it has
            allow: [a, §a.b]                               | has 'a.b' of 'a', which is named as a whole
            deny: [§a.b.c, a.b]                            | has 'a.b.c' of 'a.b', which is named as a whole
            allow: [§"${id}"]                              | must be names of fields
            retry: §true                                   | has no effect: downstream 'd' has no 'retry'
            hedge: §true                                   | has no effect: downstream 'd' has no 'hedge'
            required: true, statuses: {§200: 404}          | which is no failure
            onFailure: fallback, fallback: {a: §"${q.a}"}  | none is filled in here
            onFailure: fallback, fallback: §True           | write true, or "True" with quotes if it is text
            onFailure: fallback, fallback: {available: §False} | write false
            onFailure: fallback, fallback: {note: §~}      | write null
            onFailure: fallback, fallback: [1, §NULL]      | write null
            onFailure: fallback, fallback: [§010]          | write the number as JSON does
            onFailure: fallback, fallback: [§0x1f]         | write the number as JSON does
            onFailure: fallback, fallback: [§1_000]        | write the number as JSON does
            onFailure: fallback, fallback: [§1e999999]     | is a number that is too large
            method: POST, body: {a: §TRUE}                 | write true
            method: POST, body: §{"${id}": 1}              | in the name of a field
            atOnce: §010, each: "${q.a}"                   | write the number as JSON does
            """)
    void value_of_a_part_means_what_it_seems_to(String keys, String words) {
        Mistake.isReportedAtMark(FILE.formatted("", "", "from: d, path: /x, " + keys.replace("\\\\", "\\")),
                words);
    }

    @Test
    void two_comparisons_in_one_condition_are_refused_in_the_words_of_a_language_too() {
        Mistake.isReportedAtMark(FILE.formatted("", "", "from: d, path: /x, when: §\"${q.a} == a || b\""),
                "write each comparison as an entry of a list");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            when: "${q.a} == 'gold and silver'"
            when: '${q.a} == "gold or silver"'
            when: "${q.a} == New York"
            when: "${q.a} == android"
            when: "${q.a} == 1e5"
            when: ["${n} > 3", "${flag} == true", "${tier} == gold", "${body.count} != 0", "${id} == 7"]
            when: "${v.a.b}"
            query: {a: "${body.ids.0} ${body.more.x} ${v.list.0} ${body.unknown}"}
            each: "${body.ids}"
            each: "${body.unknown.list}"
            rename: {_links: me}
            allow: [a.b, a.c]
            onFailure: fallback, fallback: {a: "True", b: "~", c: "010", d: 0.5, e: 1E5, f: no, g: 1.2.3, \
            h: true}
            """)
    void value_with_a_clear_meaning_is_good(String keys) {
        String text = FILE.formatted("", "", "from: d, path: /x, " + keys);

        assertEquals(List.of(), messages(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            extra: §5%                                 |                            | has no effect: it bounds the calls of
            deadlineHeaders: [], deadlineMargin: §1ms  |                            | has no effect: without 'deadlineHeaders'
            headers: {x-a: §"${id}"}                   |                            | a downstream's headers have none
                                                       | t: {min: §-1}              | a length is never below 0
                                                       | t: {max: §-1}              | allows no value
                                                       | t: {type: integer, oneOf: [1, §010]} | write the number as JSON does
                                                       | t: {type: boolean, oneOf: [§True]}   | write true
                                                       | t: {default: §"${id}"}     | none is filled in here
            """)
    void value_of_a_downstream_or_a_parameter_means_what_it_seems_to(String downstream, String param,
            String words) {
        Mistake.isReportedAtMark(
                FILE.formatted(downstream == null ? "" : downstream, param == null ? "" : param,
                        "from: d, path: /x"),
                words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            query: §[a]              | has no effect beside 'batch'
            requestHeaders: §[x-a]   | has no effect beside 'batch'
            """)
    void key_for_parts_is_refused_beside_a_batch(String key, String words) {
        Mistake.isReportedAtMark(
                """
                        downstreams: {d: {url: "http://h:1"}}
                        routes:
                          - {path: "/p/{id}", deadline: 1s, parts: {p: {from: d, path: "/${id}"}}}
                          - {path: /all, method: POST, deadline: 1s, body: {}, batch: {route: "/p/{id}", \
                        items: "${body.ids}"}, %s}
                        """
                        .formatted(key),
                words);
    }

    @ParameterizedTest
    @CsvSource({"name, declared as 'string' and is no list", "ids.a, which has no field 'a'"})
    void items_of_a_batch_are_a_list(String field, String words) {
        Mistake.isReportedAtMark("""
                downstreams: {d: {url: "http://h:1"}}
                routes:
                  - {path: "/p/{id}", deadline: 1s, parts: {p: {from: d, path: "/${id}"}}}
                  - path: /all
                    method: POST
                    deadline: 1s
                    body: {fields: {ids: array, name: string}}
                    batch: {route: "/p/{id}", items: §"${body.%s}"}
                """.formatted(field), words);
    }

    private static boolean isGood(String text) {
        return messages(text).isEmpty();
    }

    private static List<String> messages(String text) {
        try {
            ConfigReader.read("routes.yaml", text);
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream().map(problem -> problem.message()).toList();
        }
    }
}
