package dev.structured.service.client;

import static dev.structured.service.client.RawHttp2Server.CONTINUATION;
import static dev.structured.service.client.RawHttp2Server.DATA;
import static dev.structured.service.client.RawHttp2Server.END_HEADERS;
import static dev.structured.service.client.RawHttp2Server.END_STREAM;
import static dev.structured.service.client.RawHttp2Server.GO_AWAY;
import static dev.structured.service.client.RawHttp2Server.HEADERS;
import static dev.structured.service.client.RawHttp2Server.MAX_STREAMS;
import static dev.structured.service.client.RawHttp2Server.PADDED;
import static dev.structured.service.client.RawHttp2Server.PING;
import static dev.structured.service.client.RawHttp2Server.PRIORITY;
import static dev.structured.service.client.RawHttp2Server.PUSH_PROMISE;
import static dev.structured.service.client.RawHttp2Server.RESET;
import static dev.structured.service.client.RawHttp2Server.SETTINGS;
import static dev.structured.service.client.RawHttp2Server.WINDOW_UPDATE;
import static dev.structured.service.client.RawHttp2Server.fields;
import static dev.structured.service.client.RawHttp2Server.joined;
import static dev.structured.service.client.RawHttp2Server.numbers;
import static dev.structured.service.client.RawHttp2Server.setting;
import static dev.structured.service.client.RawHttp2Server.status;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.client.RawHttp2Server.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Frames that a server like Jetty's would never send, right and wrong (RFC 9113). The downstream allows one
/// stream at a time, so a stream that is not given back holds up the next call.
@Timeout(60)
class RawHttp2Test {
    private static final byte[] EMPTY = bytes("{}");
    private static final int CALM = 11;

    interface Body {
        void run(RawHttp2Server server, OpenedDownstream downstream) throws Exception;
    }

    static void run(Body body, String... keys) throws Exception {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                RawHttp2Server server = new RawHttp2Server();
                server.settings = setting(MAX_STREAMS, 1);
                nursery.startSoon("server", server::run);
                try (HttpProtocol http = HttpProtocol.open(nursery)) {
                    OpenedDownstream downstream = http.open(DownstreamText.read("raw",
                            Stream.concat(Stream.of("url: " + server.url(), "protocol: h2c",
                                    "maxHeader: 8KiB", "connectTimeout: 10s"), Arrays.stream(keys))
                                    .toArray(String[]::new)),
                            server.url(), CallObserver.NONE);
                    body.run(server, downstream);
                }
                nursery.scope().cancel("the test is over");
            }));
            assertEquals(0, scheduler.statistics().tasks());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    static String get(OpenedDownstream downstream) throws Exception {
        return Timeouts.failAfter(Duration.ofSeconds(20),
                () -> Rig.get(downstream, "/").body().toString());
    }

    static void assertWell(RawHttp2Server server, OpenedDownstream downstream) throws Exception {
        server.script = RawHttp2Server::good;
        assertEquals(RawHttp2Server.GOOD, get(downstream));
    }

    /* --- Wrong --- */

    @ParameterizedTest(name = "{0} is {1}")
    @MethodSource
    void answer_that_breaks_a_rule_fails_its_call_and_no_other(String name, ErrorType type, Script script)
            throws Exception {
        run((server, downstream) -> {
            server.script = script;
            var thrown = assertThrows(DownstreamException.class, () -> get(downstream));
            assertEquals(type, thrown.type(), thrown::toString);
            assertEquals(1, server.requests.get(), "nothing is ever sent twice");
            assertWell(server, downstream);
            assertEquals(1, server.connections.get(), "the others on the connection go on");
        });
    }

    static Stream<Arguments> answer_that_breaks_a_rule_fails_its_call_and_no_other() {
        return Stream.of(
                wrong("no status", head("a", "b")),
                wrong("two statuses", head(":status", "200", ":status", "200")),
                wrong("status behind a field", head("a", "b", ":status", "200")),
                wrong("status of two digits", head(":status", "20")),
                wrong("status of four digits", head(":status", "2000")),
                wrong("negative status", head(":status", "-200")),
                wrong("name in upper case", head(":status", "200", "X-A", "b")),
                wrong("connection", head(":status", "200", "connection", "close")),
                wrong("transfer encoding", head(":status", "200", "transfer-encoding", "chunked")),
                wrong("end of a line in a value", head(":status", "200", "a", "b\r\nc: d")),
                wrong("length below zero", head(":status", "200", "content-length", "-1")),
                wrong("length with a sign", head(":status", "200", "content-length", "+2")),
                wrong("head twice", heads(status(200), status(200))),
                wrong("interim answer behind the head", heads(status(200), status(103))),
                wrong("trailers that end nothing", heads(status(200), fields("a", "b"))),
                wrong("trailers with a status", (connection, stream) -> {
                    connection.send(HEADERS, END_HEADERS, stream, status(200));
                    connection.send(DATA, 0, stream, EMPTY);
                    connection.send(HEADERS, END_HEADERS | END_STREAM, stream, status(500));
                }),
                wrong("trailers without a head", (connection, stream) -> connection.send(HEADERS,
                        END_HEADERS | END_STREAM, stream, fields("a", "b"))),
                wrong("body before its head", (connection, stream) -> {
                    connection.send(DATA, 0, stream, EMPTY);
                    connection.send(HEADERS, END_HEADERS, stream, status(200));
                    connection.send(DATA, END_STREAM, stream, EMPTY);
                }),
                wrong("body without a head",
                        (connection, stream) -> connection.send(DATA, END_STREAM, stream, EMPTY)),
                wrong("interim answer that is the last", (connection, stream) -> connection.send(HEADERS,
                        END_HEADERS | END_STREAM, stream, status(100))),
                wrong("window over 2 GiB", (connection, stream) -> connection.send(WINDOW_UPDATE, 0, stream,
                        numbers(Integer.MAX_VALUE))),
                arguments("trailers before the announced end", ErrorType.INCOMPLETE,
                        (Script) (connection, stream) -> {
                            connection.send(HEADERS, END_HEADERS, stream, status(200, "content-length", "5"));
                            connection.send(DATA, 0, stream, EMPTY);
                            connection.send(HEADERS, END_HEADERS | END_STREAM, stream, fields("a", "b"));
                        }),
                arguments("reset without an error", ErrorType.RESET, (Script) (connection,
                        stream) -> connection.send(RESET, 0, stream, numbers(0))),
                arguments("reset of an unknown reason", ErrorType.RESET, (Script) (connection,
                        stream) -> connection.send(RESET, 0, stream, numbers(77))));
    }

    private static Arguments wrong(String name, Script script) {
        return arguments(name, ErrorType.PROTOCOL, script);
    }

    private static Script head(String... fields) {
        return heads(fields(fields));
    }

    private static Script heads(byte[]... heads) {
        return (connection, stream) -> {
            for (byte[] each : heads) connection.send(HEADERS, END_HEADERS, stream, each);
            connection.send(DATA, END_STREAM, stream, EMPTY);
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void frame_that_breaks_a_rule_costs_the_connection(String name, Script script) throws Exception {
        run((server, downstream) -> {
            server.script = script;
            var thrown = assertThrows(DownstreamException.class, () -> get(downstream));
            assertEquals(ErrorType.PROTOCOL, thrown.type(), thrown::toString);
            assertEquals(1, server.requests.get(), "nothing is ever sent twice");
            assertWell(server, downstream);
            assertEquals(2, server.connections.get());
        });
    }

    static Stream<Arguments> frame_that_breaks_a_rule_costs_the_connection() {
        return Stream.of(
                before("push", (connection, stream) -> connection.send(PUSH_PROMISE, END_HEADERS, stream,
                        joined(numbers(2), fields(":method", "GET", ":path", "/")))),
                before("body of no stream", (connection, stream) -> connection.send(DATA, 0, 0, EMPTY)),
                before("head of no stream", (connection, stream) -> connection.send(HEADERS, END_HEADERS, 0,
                        status(200))),
                before("head of a stream that nobody began", (connection, stream) -> connection.send(HEADERS,
                        END_HEADERS, stream + 100, status(200))),
                before("head of the downstream's own", (connection, stream) -> connection.send(HEADERS,
                        END_HEADERS, 2, status(200))),
                before("continuation of nothing", (connection, stream) -> connection.send(CONTINUATION,
                        END_HEADERS, stream, status(200))),
                before("SETTINGS of half a setting", (connection, stream) -> connection.send(SETTINGS, 0, 0,
                        new byte[5])),
                before("PING of seven bytes", (connection, stream) -> connection.send(PING, 0, 0,
                        new byte[7])),
                before("window of nothing", (connection, stream) -> connection.send(WINDOW_UPDATE, 0, 0,
                        numbers(0))),
                before("window too large", (connection, stream) -> {
                    connection.send(WINDOW_UPDATE, 0, 0, numbers(Integer.MAX_VALUE));
                    connection.send(WINDOW_UPDATE, 0, 0, numbers(Integer.MAX_VALUE));
                }),
                arguments("padding longer than the frame", (Script) (connection, stream) -> {
                    connection.send(HEADERS, END_HEADERS, stream, status(200));
                    connection.send(DATA, END_STREAM | PADDED, stream, joined(new byte[]{9}, EMPTY));
                }),
                arguments("frame within a head", (Script) (connection, stream) -> {
                    connection.send(HEADERS, 0, stream, status(200));
                    connection.send(PING, 0, 0, new byte[8]);
                }),
                arguments("frame over the size", (Script) (connection, stream) -> {
                    connection.send(HEADERS, END_HEADERS, stream, status(200));
                    connection.send(DATA, END_STREAM, stream, new byte[20_000]);
                }),
                arguments("head that is no HPACK", (Script) (connection, stream) -> connection.send(HEADERS,
                        END_HEADERS | END_STREAM, stream, (byte) 0xff, (byte) 0x7f)),
                arguments("status that is no number", head(":status", "abc")),
                arguments("name without a letter", head(":status", "200", "", "b")),
                arguments("field of a request", head(":status", "200", ":path", "/")),
                arguments("length that is no number", head(":status", "200", "content-length", "2,2")),
                arguments("HTTP/1.1", (Script) (connection, _) -> connection.send(
                        bytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))));
    }

    private static Arguments before(String name, Script wrong) {
        return arguments(name, (Script) (connection, stream) -> {
            wrong.answer(connection, stream);
            RawHttp2Server.good(connection, stream);
        });
    }

    /* --- Right --- */

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void unusual_frames_are_understood(String name, Script script) throws Exception {
        run((server, downstream) -> {
            server.script = script;
            assertEquals("{}", get(downstream));
            assertWell(server, downstream);
            assertEquals(1, server.connections.get());
        });
    }

    static Stream<Arguments> unusual_frames_are_understood() {
        byte[] head = status(200, "a", "b");
        Script plain = heads(head);
        return Stream.of(
                arguments("padding", (Script) (connection, stream) -> {
                    connection.send(HEADERS, END_HEADERS | PADDED, stream,
                            joined(new byte[]{3}, head, new byte[3]));
                    connection.send(DATA, END_STREAM | PADDED, stream,
                            joined(new byte[]{4}, EMPTY, new byte[4]));
                }),
                arguments("a head in two frames", (Script) (connection, stream) -> {
                    connection.send(HEADERS, 0, stream, Arrays.copyOf(head, 5));
                    connection.send(CONTINUATION, END_HEADERS, stream,
                            Arrays.copyOfRange(head, 5, head.length));
                    connection.send(DATA, END_STREAM, stream, EMPTY);
                }),
                arguments("interim answers", heads(status(103, "link", "a"), status(100), head)),
                arguments("frames without bytes", (Script) (connection, stream) -> {
                    connection.send(HEADERS, END_HEADERS, stream, head);
                    for (int i = 0; i < 500; i++) connection.send(DATA, 0, stream);
                    connection.send(DATA, 0, stream, EMPTY);
                    connection.send(DATA, END_STREAM, stream);
                }),
                arguments("trailers", (Script) (connection, stream) -> {
                    connection.send(HEADERS, END_HEADERS, stream, head);
                    connection.send(DATA, 0, stream, EMPTY);
                    connection.send(HEADERS, END_HEADERS | END_STREAM, stream, fields("a", "b"));
                }),
                arguments("unknown frames and settings", (Script) (connection, stream) -> {
                    connection.send(99, 255, stream, bytes("?"));
                    connection.send(99, 255, 0, bytes("?"));
                    connection.send(SETTINGS, 0, 0, setting(99, 1));
                    connection.send(PRIORITY, 0, stream, new byte[5]);
                    plain.answer(connection, stream);
                }),
                arguments("a table of almost 4 GiB", (Script) (connection, stream) -> {
                    connection.send(SETTINGS, 0, 0, setting(RawHttp2Server.TABLE_SIZE, -1));
                    plain.answer(connection, stream);
                }),
                arguments("heads of 2 GiB", (Script) (connection, stream) -> {
                    connection.send(SETTINGS, 0, 0, setting(RawHttp2Server.MAX_HEAD, Integer.MIN_VALUE));
                    plain.answer(connection, stream);
                }),
                arguments("heads of almost 4 GiB, and of 0 bytes before", (Script) (connection, stream) -> {
                    connection.send(SETTINGS, 0, 0, joined(setting(RawHttp2Server.MAX_HEAD, 0),
                            setting(RawHttp2Server.MAX_HEAD, -1)));
                    plain.answer(connection, stream);
                }),
                arguments("PING and unasked answers to it", (Script) (connection, stream) -> {
                    connection.send(PING, 0, 0, new byte[8]);
                    connection.send(PING, RawHttp2Server.ACK, 0, new byte[8]);
                    plain.answer(connection, stream);
                }),
                arguments("a reset behind the end", (Script) (connection, stream) -> {
                    plain.answer(connection, stream);
                    connection.send(RESET, 0, stream, numbers(0));
                }));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, Integer.MAX_VALUE})
    void downstream_may_take_heads_of_any_size_from_the_beginning(int bytes) throws Exception {
        run((server, downstream) -> {
            server.settings = joined(server.settings, setting(RawHttp2Server.MAX_HEAD, bytes));
            assertWell(server, downstream);
            assertEquals(1, server.connections.get());
        });
    }

    /// No call fits, but those in flight go on.
    @Test
    void downstream_that_takes_heads_of_no_byte_keeps_its_connection() throws Exception {
        run((server, downstream) -> {
            server.script = (connection, stream) -> {
                connection.send(SETTINGS, 0, 0, setting(RawHttp2Server.MAX_HEAD, 0));
                RawHttp2Server.good(connection, stream);
            };
            assertEquals(RawHttp2Server.GOOD, get(downstream));
            var thrown = assertThrows(DownstreamException.class, () -> get(downstream));
            assertTrue(String.valueOf(thrown.getMessage()).contains("takes no heads"),
                    thrown::toString);
            assertEquals(1, server.connections.get());
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 205})
    void answer_without_content_is_null_whatever_its_head_says(int status) throws Exception {
        String length = status == 204 ? "5" : "0";
        run((server, downstream) -> {
            server.script = (connection, stream) -> connection.send(HEADERS, END_HEADERS | END_STREAM, stream,
                    status(status, "content-length", length));
            assertEquals("null", get(downstream));
            assertWell(server, downstream);
        });
    }

    /* --- Not looked at --- */

    /// As servers do that drain: first they promise to take whatever is on its way, then they say what was.
    @Test
    void call_that_the_second_GOAWAY_says_was_not_processed_goes_to_a_new_connection() throws Exception {
        run((server, downstream) -> {
            server.script = (connection, stream) -> {
                server.script = RawHttp2Server::good;
                connection.send(GO_AWAY, 0, 0, numbers(Integer.MAX_VALUE, 0));
                connection.send(GO_AWAY, 0, 0, numbers(stream - 1, 0));
            };
            assertEquals(RawHttp2Server.GOOD, get(downstream));
            assertEquals(2, server.requests.get());
            assertEquals(2, server.connections.get());
        });
    }

    @Test
    void downstream_that_wants_calm_is_asked_again_elsewhere_and_its_reason_is_told() throws Exception {
        run((server, downstream) -> {
            AtomicBoolean gaveUp = new AtomicBoolean();
            server.script = (connection, stream) -> {
                if (gaveUp.getAndSet(true)) RawHttp2Server.good(connection, stream);
                else {
                    connection.send(GO_AWAY, 0, 0, numbers(stream - 1, CALM));
                    connection.close();
                }
            };
            assertEquals(RawHttp2Server.GOOD, get(downstream));
            server.script = (connection, stream) -> {
                connection.send(GO_AWAY, 0, 0, numbers(stream, CALM));
                connection.close();
            };
            var thrown = assertThrows(DownstreamException.class, () -> get(downstream));
            assertEquals(ErrorType.RESET, thrown.type());
            assertTrue(thrown.toString().contains("enhance_your_calm"), thrown::toString);
            assertEquals(3, server.requests.get());
        });
    }

    /// A downstream that has begun its answer has looked at the request, whatever it says. Neither is the
    /// request sent again, nor does another answer go on where this one ended.
    @ParameterizedTest
    @ValueSource(ints = {RESET, GO_AWAY})
    void call_whose_answer_has_begun_is_not_sent_again(int frame) throws Exception {
        run((server, downstream) -> {
            server.script = (connection, stream) -> {
                server.script = (next, number) -> {
                    next.send(HEADERS, END_HEADERS, number, status(200));
                    next.send(DATA, END_STREAM, number, bytes("2]"));
                };
                connection.send(HEADERS, END_HEADERS, stream, status(200));
                connection.send(DATA, 0, stream, bytes("[1,"));
                if (frame == RESET) connection.send(RESET, 0, stream, numbers(7));
                else
                    connection.send(GO_AWAY, 0, 0, numbers(stream - 1, 0));
            };
            var thrown = assertThrows(DownstreamException.class, () -> get(downstream));
            assertEquals(ErrorType.RESET, thrown.type(), thrown::toString);
            assertEquals(1, server.requests.get());
            assertWell(server, downstream);
        });
    }

    /* --- Time and space --- */

    /// The wait for a turn to open a connection is no part of the time to open it.
    /// That time may also pass because the machine stalls, so it is tried several times.
    @Test
    void connection_waits_its_turn_for_longer_than_opening_may_take() throws Exception {
        List<DownstreamException> late = new ArrayList<>();
        do {
            assertTrue(late.size() < 20, late::toString);
        } while (!areAnsweredInTurn(late));
    }

    /// @param late gets the failure if an opening took too long
    private static boolean areAnsweredInTurn(List<DownstreamException> late) throws Exception {
        int before = late.size();
        run((server, downstream) -> {
            server.script = (connection, stream) -> {
                connection.send(GO_AWAY, 0, 0, numbers(stream, 0)); // before the next call can begin
                RawHttp2Server.good(connection, stream);
            };
            try {
                for (int i = 0; i < 3; i++) assertEquals(RawHttp2Server.GOOD, get(downstream));
                assertEquals(3, server.connections.get());
            } catch (DownstreamException e) {
                assertEquals(ErrorType.CONNECT_TIMEOUT, e.type(), e::toString);
                late.add(e);
            }
        }, "maxOpens: 2", "connectTimeout: 100ms");
        return late.size() == before;
    }

    /// Bytes that arrive for a call that was cancelled take nothing from the window of the others.
    @Test
    void bodies_of_cancelled_calls_leave_the_connection_its_window() throws Exception {
        run((server, downstream) -> {
            for (int i = 0; i < 40; i++) {
                server.script = (connection, stream) -> {
                    connection.send(HEADERS, END_HEADERS, stream, status(200));
                    for (int n = 0; n < 4; n++) connection.send(DATA, 0, stream, new byte[16_000]);
                };
                Timeouts.moveOnAfter(Duration.ofMillis(i % 8), () -> Rig.get(downstream, "/"));
            }
            assertWell(server, downstream);
            assertEquals(1, server.connections.get());
        }, "maxBody: 1MiB");
    }
}
