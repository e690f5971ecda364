package dev.structured.service.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class DownstreamsTest {

    @ParameterizedTest
    @ValueSource(strings = {"http://host", "http://host:1", "http://127.0.0.1:65535", "'http://[::1]:9001'",
            "HTTP://shop.example:80", "demo:stock"})
    void usable_url_is_read(String url) throws ConfigException {
        String text = Mistake.GOOD.replace("http://localhost:9001", url);

        assertEquals(url.replace("'", ""),
                ConfigReader.read("routes.yaml", text).downstreams().get("catalog").url().toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://host:1        | 10 | https is not supported yet
            http://host:1/        | 10 | must not have a path; remove '/'
            http://host:1/shop    | 10 | must not have a path; remove '/shop'
            http://me:word@host:1 | 10 | must not contain a user or password
            http://host:1?a=b     | 10 | must not contain '?' or '#'
            http://host:1#top     | 10 | must not contain '?' or '#'
            http://host:0         | 10 | must have a port between 1 and 65535; it is 0
            http://host:65536     | 10 | must have a port between 1 and 65535; it is 65536
            http://my_host:80     | 10 | has no host that can be used
            http:host             | 10 | has no host that can be used
            http://ho st          | 19 | must be http://host:port, or demo:NAME
            localhost:9001        | 10 | must be http://host:port, or demo:NAME
            /catalog              | 10 | must be http://host:port, or demo:NAME
            file:///etc/passwd    | 10 | must be http://host:port, or demo:NAME
            demo:catalogue        | 10 | names the unknown demo 'catalogue'; did you mean 'catalog'?
            demo:shop             | 10 | (demos: catalog, pricing, stock, reviews, recommendations)
            """)
    void other_url_is_an_error(String url, int column, String words) {
        Mistake.replacing("http://localhost:9001", url).isReported(3, column,
                "'url' of downstream 'catalog' ", words);
    }

    @Test
    void password_in_a_url_is_not_repeated() {
        String message = Mistake.replacing("http://localhost:9001", "http://me:secret@host:1").problems()
                .getFirst().message();

        assertEquals(-1, message.indexOf("secret"));
    }

    @Test
    void name_that_cannot_be_used_is_an_error() {
        Mistake.replacing("  pricing:", "  pricing: {url: demo:stock}\n  9lives:").isReported(5, 3,
                "downstream '9lives' has a name that cannot be used", "letter");
        Mistake.replacing("  pricing:", "  pricing: {url: demo:stock}\n  'a b':").isReported(5, 3,
                "downstream 'a b' has a name");
    }

    @Test
    void unknown_downstream_is_an_error_with_a_suggestion() {
        Mistake.replacing("from: catalog", "from: catalogue").isReported(11, 15,
                "'from' of part 'product' of route '/products/{id}' names the unknown downstream 'catalogue'; did you mean 'catalog'? (known: catalog, pricing)");
    }
}
