package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.config.ContentCoding;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rules of RFC 9110, 12.5.3.
class AcceptEncodingTest {
    private static final List<ContentCoding> ALL = List.of(ContentCoding.BR, ContentCoding.ZSTD,
            ContentCoding.GZIP);

    private static String chosen(List<String> header, List<ContentCoding> offered) {
        AcceptEncoding accepted = AcceptEncoding.of(header, offered);
        ContentCoding coding = accepted.coding();
        return (coding == null ? "none" : coding.label()) + (accepted.plain() ? "" : ", not plain");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gzip                          | gzip
            GZIP ; Q=0.5                  | gzip
            x-gzip                        | gzip
            gzip, deflate, br             | br
            gzip, deflate, br, zstd       | br
            zstd;q=0.9, br;q=0.8, gzip    | gzip
            gzip;q=0.5, br;q=0.25         | gzip
            br;q=0, gzip                  | gzip
            *                             | br
            *;q=0.1                       | br
            br;q=0, *                     | zstd
            gzip;q=0.3, *;q=0.2           | gzip
            deflate, compress             | none
            ''                            | none
            identity                      | none
            identity, gzip;q=0.5          | none
            identity;q=0.5, gzip          | gzip
            identity;q=0.5, gzip;q=0.5    | gzip
            gzip;q=0                      | none
            gzip;q=0.000                  | none
            identity;q=0, gzip            | gzip, not plain
            *;q=0                         | none, not plain
            identity;q=0                  | none, not plain
            *;q=0, gzip                   | gzip, not plain
            *;q=0, identity               | none
            gzip;q=2                      | none
            gzip;q=x, zstd                | zstd
            gzip;q=0, gzip                | none
            nonsense/;;;                  | none
            ', ,gzip,'                    | gzip
            """)
    void client_gets_what_it_likes_best(String header, String expected) {
        assertEquals(expected, chosen(List.of(header), ALL));
    }

    @Test
    void client_that_says_nothing_gets_the_body_as_it_is() {
        assertEquals("none", chosen(List.of(), ALL));
    }

    @Test
    void several_headers_are_one() {
        assertEquals("gzip", chosen(List.of("br;q=0.1", "gzip;q=0.2"), ALL));
    }

    @Test
    void order_of_the_file_decides_between_equals() {
        for (ContentCoding each : ContentCoding.values()) {
            assertEquals(each.name().toLowerCase(Locale.ROOT),
                    chosen(List.of("gzip, br, zstd"), List.of(each)));
        }
        assertEquals("gzip",
                chosen(List.of("br, gzip"), List.of(ContentCoding.GZIP, ContentCoding.BR)));
    }
}
