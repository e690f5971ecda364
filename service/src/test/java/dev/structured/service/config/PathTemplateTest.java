package dev.structured.service.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.config.TextTemplate.Literal;
import dev.structured.service.yaml.InvalidValueException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PathTemplateTest {

    @Test
    void template_falls_into_literals_and_variables() {
        PathTemplate template = PathTemplate
                .of("/shops/${shop}/items/${product.sku}-${product.maker.id}.json");

        assertEquals(
                List.of(new Literal("/shops/"), new Variable("shop", List.of()), new Literal("/items/"),
                        new Variable("product", List.of("sku")),
                        new Literal("-"), new Variable("product", List.of("maker", "id")),
                        new Literal(".json")),
                template.pieces());
        assertEquals(List.of("${shop}", "${product.sku}", "${product.maker.id}"),
                template.variables().stream().map(Variable::text).toList());
    }

    @Test
    void pieces_put_together_give_the_text() {
        String text = "/a/${b}/${c.d.e}/f";

        assertEquals(text, String.join("",
                PathTemplate.of(text).pieces().stream().map(TextTemplate.Piece::text).toList()));
    }

    @Test
    void variables_come_in_the_order_of_their_use() {
        assertEquals(List.of("z", "a", "z"), PathTemplate.of("/${z.x}/${a.x}/${z.y}")
                .variables()
                .stream()
                .map(Variable::name)
                .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a/", "/a;v=1/b,c/d:e@f", "/caf%C3%A9/a%20b", "/...", "/.well-known/x",
            "/a$b/!*'()+&=~_-"})
    void legal_literal_is_taken_as_it_stands(String text) {
        assertEquals(List.of(new Literal(text)), PathTemplate.of(text).pieces());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            products/x     | 0 | must begin with '/'
            http://h/x     | 0 | must begin with '/'; the host belongs to the downstream's 'url'
            ${id}          | 0 | must begin with '/'
            /a//b          | 2 | has an empty segment
            //h/x          | 0 | has an empty segment
            /a/../b        | 3 | has the dot segment '..'
            /a/.           | 3 | has the dot segment '.'
            /a/%2e%2E/b    | 3 | has the dot segment '%2e%2E'
            /a/.%2e        | 3 | has the dot segment '.%2e'
            /a?b=c         | 2 | belong in 'query'
            /a#b           | 2 | a fragment is never sent
            /a b           | 2 | must not contain ' '; write it percent-encoded: %20
            /é             | 1 | must not contain 'é'; write it percent-encoded: %C3%A9
            /a%2           | 2 | must not contain '%'; write it percent-encoded: %25
            /a%zz          | 2 | must not contain '%'; write it percent-encoded: %25
            /a\\b           | 2 | write it percent-encoded: %5C
            /a/{id}        | 3 | must not contain '{'; a variable is written ${id}
            /a/${id        | 3 | has a variable that cannot be read
            /a/${}         | 3 | has a variable that cannot be read
            /a/${a..b}     | 3 | has a variable that cannot be read
            /a/${a.}       | 3 | has a variable that cannot be read
            /a/${.a}       | 3 | has a variable that cannot be read
            /a/${1}        | 3 | has a variable that cannot be read
            /a/${a b}      | 3 | has a variable that cannot be read
            """)
    void other_text_is_refused_at_its_place(String text, int offset, String words) {
        InvalidValueException e = assertThrows(InvalidValueException.class, () -> TemplateParser.parse(text));

        assertEquals(offset, e.offset());
        assertTrue(e.complaint().contains(words), e::complaint);
    }

    @Test
    void line_break_and_emoji_are_refused() {
        assertTrue(
                assertThrows(InvalidValueException.class, () -> TemplateParser.parse("/a\r\nb")).complaint()
                        .contains("%0D"));
        assertTrue(assertThrows(InvalidValueException.class, () -> TemplateParser.parse("/\uD83D\uDE00"))
                .complaint()
                .contains("%F0%9F%98%80"));
    }

    @Test
    void endless_text_is_refused() {
        assertTrue(
                assertThrows(InvalidValueException.class, () -> TemplateParser.parse("/" + "a".repeat(1_000)))
                        .complaint().contains("1000 characters"));
    }

    @Test
    void refusal_outside_a_file_names_the_template() {
        assertEquals("Path template 'x' must begin with '/'; the host belongs to the downstream's 'url'",
                assertThrows(IllegalArgumentException.class, () -> PathTemplate.of("x")).getMessage());
    }
}
