package dev.structured.service.client;

import static dev.structured.service.client.Rig.faulty;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.Action.Ending;
import dev.structured.service.demo.Action.Raw;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The ways to write the head and the frame of an answer over HTTP/1.1 (RFC 9112), right and wrong.
///
/// In the tables `~` is the end of a line.
@Timeout(60)
class FramingTest {
    private static Action answer(String text, Ending ending) {
        return new Raw(text.replace("~", "\r\n"), ending);
    }

    private static void assertRefused(ErrorType type, Action action) {
        Rig.run(faulty(action), rig -> {
            var thrown = assertThrows(DownstreamException.class, () -> rig.get("/fault"));
            assertEquals(type, thrown.type(), thrown::toString);
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(2, rig.server.acceptedConnections(), "such a connection is not used again");
        });
    }

    private static void assertRead(Action action, int connections) {
        Rig.run(faulty(action), rig -> {
            assertEquals("{}", rig.get("/fault").body().toString());
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(connections, rig.server.acceptedConnections());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"+2", "2, 2", "2,2", "0x2", "2;", "-2", "", "2 2", "2.0", "9223372036854775808",
            "18446744073709551618"})
    void length_that_is_no_number_is_refused(String length) {
        assertRefused(ErrorType.PROTOCOL,
                answer("HTTP/1.1 200 OK~Content-Length: " + length + "~~{}", Ending.KEEP));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.1 200 N\u00c3\u00a3o",
            "~HTTP/1.1 200 OK"})
    void status_line_with_any_words_is_read(String line) {
        assertRead(answer(line + "~Content-Length: 2~~{}", Ending.KEEP), 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200OK", "HTTP/1.1 2000 OK", "HTTP/1.1 99 X", "HTTP/1.1 099 X",
            "HTTP/1.1 2x0 OK", "HTTP/1.1 -12 X", "HTTP/1.2 200 OK", "HTTP/1.01 200 OK", "HTTP/0.9 200 OK",
            "HTTP/3 200 OK", "ICY 200 OK", " HTTP/1.1 200 OK", "HTTP/1.1\t200 OK"})
    void status_line_of_another_form_is_refused(String line) {
        assertRefused(ErrorType.PROTOCOL, answer(line + "~Content-Length: 2~~{}", Ending.KEEP));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length : 2", "X: a~ b", " X: a", ": a", "X: a\0b", "X: a\rb", "X"})
    void field_of_another_form_is_refused(String field) {
        assertRefused(ErrorType.PROTOCOL,
                answer("HTTP/1.1 200 OK~" + field + "~Content-Length: 2~~{}", Ending.KEEP));
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip, chunked", "chunked, chunked", "chunked;a=b", "xchunked",
            "\u000bchunked", "identity, chunked", "\"chunked\"", ""})
    void transfer_encoding_other_than_chunked_is_refused(String encoding) {
        assertRefused(ErrorType.PROTOCOL,
                answer("HTTP/1.1 200 OK~Transfer-Encoding: " + encoding + "~~2~{}~0~~", Ending.KEEP));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2 ~{}~0~~", " 2~{}~0~~", "0x2~{}~0~~", "+2~{}~0~~", "-2~{}~0~~", "2\n{}\n0\n\n",
            "2~{}0~~", "2\r{}~0~~", "~2~{}~0~~", "ffffffffffffffff~{}", "2~{}~0~no trailer~~"})
    void chunks_of_another_form_are_refused(String chunks) {
        assertRefused(ErrorType.PROTOCOL,
                answer("HTTP/1.1 200 OK~Transfer-Encoding: chunked~~" + chunks, Ending.KEEP));
    }

    @ParameterizedTest
    @ValueSource(strings = {"02~{}~0~~", "1~{~1~}~0~~", "2;a=b~{}~0;c~~", "2~{}~0~Content-Length: 5~T: t~~"})
    void chunks_with_extensions_and_trailers_are_read(String chunks) {
        assertRead(answer("HTTP/1.1 200 OK~Transfer-Encoding: Chunked~~" + chunks, Ending.KEEP), 1);
    }

    /// Interim answers have no body, whatever they say.
    @ParameterizedTest
    @ValueSource(strings = {"100 Continue~", "102 X~~HTTP/1.1 103 X~Link: a~",
            "103 X~Transfer-Encoding: chunked~",
            "199 X~Connection: close~"})
    void interim_answers_change_nothing(String interim) {
        assertRead(answer("HTTP/1.1 " + interim + "~HTTP/1.1 200 OK~Content-Length: 2~~{}", Ending.KEEP), 1);
    }

    /// The server here would keep each connection, so that a mistake shows in the number of connections.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1.1 |                                                 | 1
            1.1 | Connection: Close                               | 2
            1.1 | Connection: keep-alive, close                   | 2
            1.1 | Connection: close~Connection: keep-alive        | 2
            1.0 |                                                 | 2
            1.0 | Connection: Keep-Alive                          | 1
            1.0 | Connection: keep-alive~Connection: close        | 2
            """)
    void connection_is_used_again_only_if_both_want_it(String version, String fields, int connections) {
        String more = fields == null ? "" : fields + "~";
        assertRead(answer("HTTP/" + version + " 200 OK~" + more + "Content-Length: 2~~{}", Ending.KEEP),
                connections);
    }

    /// Whoever speaks 1.0 and sends chunks may have passed on the framing of another connection.
    @ParameterizedTest
    @CsvSource({"1.1, 1", "1.0, 2"})
    void chunks_of_HTTP_1_0_cost_the_connection(String version, int connections) {
        assertRead(answer("HTTP/" + version + " 200 OK~Connection: keep-alive~Transfer-Encoding: chunked~~"
                + "2~{}~0~~", Ending.KEEP), connections);
    }
}
