package dev.structured.service.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.structured.service.config.Method;
import dev.structured.service.config.PartConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CallWriterTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
            42           | 42
            a-b.c_d~e    | a-b.c_d~e
            a/b          | a%2Fb
            a\\b          | a%5Cb
            a%2Fb        | a%252Fb
            %2e%2e       | %252e%252e
            a;v=1        | a%3Bv%3D1
            a?b=c        | a%3Fb%3Dc
            a#b          | a%23b
            a b          | a%20b
            a+b          | a%2Bb
            a&b          | a%26b
            é€           | %C3%A9%E2%82%AC
            😀           | %F0%9F%98%80
            ...          | ...
            .a           | .a
            a..b         | a..b
            x:@!$'()*,   | x%3A%40%21%24%27%28%29%2A%2C
            http://h/    | http%3A%2F%2Fh%2F
            """)
    void value_stays_in_its_segment(String value, String written) throws UnusableValueException {
        assertEquals("/a/" + written + "/b", path("/a/${id}/b", value));
    }

    @Test
    void line_breaks_and_control_characters_change_nothing() throws UnusableValueException {
        assertEquals("/a%0D%0AHost%3A%20evil%00%09%7F", path("/${id}", "a\r\nHost: evil\0\t\u007f"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a%2Fb", "é", "a;b", "?x", "#x", "//h", "\\\\h", "a\r\nb", "@h", ":80",
            "...", "%2e%2e", "..a", "a../b"})
    void parsed_url_has_the_value_in_one_segment_and_nothing_else(String value)
            throws UnusableValueException {
        URI url = URI.create("http://host:80" + path("/a/${id}/b", value)).normalize();

        assertEquals("/a/" + value + "/b", url.getPath());
        assertEquals(4, url.getRawPath().split("/", -1).length);
        assertEquals("host", url.getHost());
        assertEquals(null, url.getRawQuery());
        assertEquals(null, url.getRawFragment());
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "../x", "x/..", "x/../y", "./x", "x/./y", "..\\x", "x\\..", "/..",
            "..;v=1", "x/..;v=1/y", ".;"})
    void value_with_a_dot_segment_is_refused(String value) {
        UnusableValueException e = assertThrows(UnusableValueException.class, () -> path("/a/${id}", value));

        assertEquals(ErrorType.BAD_PARAMETER, e.type());
        assertEquals("${id} has a dot segment ('.' or '..'), which a path must not have", e.detail());
    }

    @Test
    void dot_segment_cannot_be_put_together_from_literals_and_values() {
        assertThrows(UnusableValueException.class, () -> path("/a/.${id}", "."));
        assertThrows(UnusableValueException.class, () -> path("/a/${id}.", "."));
        assertThrows(UnusableValueException.class, () -> path("/a/%2e${id}", "."));
        assertThrows(UnusableValueException.class, () -> path("/a/${id}${id}", "."));
    }

    @Test
    void empty_value_is_refused() {
        assertEquals("${id} is empty",
                assertThrows(UnusableValueException.class, () -> path("/a/${id}", "")).detail());
    }

    @Test
    void endless_path_is_refused() throws UnusableValueException {
        assertEquals(4_000, path("/${id}", "a".repeat(3_999)).length());
        assertEquals("${id} is too long for a path",
                assertThrows(UnusableValueException.class, () -> path("/${id}", "a".repeat(4_000))).detail());
        assertEquals(ErrorType.BAD_PARAMETER,
                assertThrows(UnusableValueException.class, () -> path("/${id}", "é".repeat(667))).type());
        assertThrows(UnusableValueException.class, () -> path("/${id}/${id}", "a".repeat(2_000)));
    }

    @Test
    void half_a_surrogate_pair_is_refused() {
        assertEquals("${id} is not Unicode text",
                assertThrows(UnusableValueException.class, () -> path("/${id}", "a\uD83D")).detail());
        assertEquals(ErrorType.BAD_PARAMETER, assertThrows(UnusableValueException.class,
                () -> query(List.of("q"), Map.of("q", List.of("\uDE00")))).type());
    }

    @Test
    void field_of_a_part_is_checked_like_a_parameter_but_is_not_the_client_s_fault() {
        JsonNode product = Downstreams.json("{\"sku\":\"..\"}");

        assertEquals(ErrorType.MISSING_VALUE, assertThrows(UnusableValueException.class,
                () -> writer("/${product.sku}", List.of())
                        .write(new Bindings(Map.of(), Map.of("product", product), null), NOTHING))
                .type());
    }

    @Test
    void call_is_a_get_that_carries_the_template_for_metrics() throws UnusableValueException {
        assertEquals(
                new Call(Method.GET, "/a/42?q=1", "/a/${id}", Map.of(), null, Set.of(), "-", Origin.NONE,
                        true, true),
                writer("/a/${id}", List.of("q")).write(sent("42"),
                        PageRequest.of(Map.of(), Map.of("q", List.of("1")))));
    }

    @Test
    void query_has_the_listed_parameters_in_the_order_of_the_list() throws UnusableValueException {
        Map<String, List<String>> sent = Map.of("b", List.of("2", "1"), "a", List.of(""), "other",
                List.of("x"));

        assertEquals("/?a=&b=2&b=1", query(List.of("a", "b", "absent"), sent));
        assertEquals("/", query(List.of("absent"), sent));
        assertEquals("/", query(List.of(), sent));
    }

    @Test
    void query_values_and_names_are_encoded() throws UnusableValueException {
        assertEquals("/?filter%5Bx%5D=a%26b%3Dc%23%20%2B%25%0D%0A",
                query(List.of("filter[x]"), Map.of("filter[x]", List.of("a&b=c# +%\r\n"))));
    }

    @Test
    void endless_query_is_refused() throws UnusableValueException {
        assertTrue(query(List.of("q"), Map.of("q", List.of("a".repeat(3_900)))).length() > 3_900);
        assertEquals("query parameter 'q' is too long", assertThrows(UnusableValueException.class,
                () -> query(List.of("q"), Map.of("q", List.of("a".repeat(4_000))))).detail());
        assertThrows(UnusableValueException.class,
                () -> query(List.of("q"), Map.of("q", List.of("a".repeat(2_000), "b".repeat(2_000)))));
    }

    private static final PageRequest NOTHING = PageRequest.of(Map.of(), Map.of());

    private static String path(String template, String id) throws UnusableValueException {
        return writer(template, List.of()).write(sent(id), NOTHING).path();
    }

    private static String query(List<String> names, Map<String, List<String>> sent)
            throws UnusableValueException {
        return writer("/", names).write(sent(""), PageRequest.of(Map.of(), sent)).path();
    }

    private static Bindings sent(String id) {
        return new Bindings(Map.of("id", TextNode.valueOf(id)), Map.of(), null);
    }

    private static CallWriter writer(String template, List<String> query) {
        PartConfig part = Parts.part("part", template, query, false, null);
        return new CallWriter(Parts.route("/", Duration.ofSeconds(1), List.of(part)), part,
                part.call(), false);
    }
}
