package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.Validators;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.demo.Action;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls that are answered with 304 where nothing has changed, on the wire.
@Timeout(60)
class ConditionalTest {
    private static final String DATE = "Thu, 01 Jan 2026 00:00:00 GMT";
    private static final Call ASKING = Call.get("/a", "/t").asking(new Validators("W/\"v1\"", DATE));

    private static final DownstreamConfig KEEPS = Rig.with("cache: {staleFor: 1s}");

    private static Action notModified(String more) {
        return new Action.Raw(
                "HTTP/1.1 304 Not Modified\r\nETag: W/\"v1\"\r\nCache-Control: max-age=9\r\n" + more
                        + "\r\n",
                Action.Ending.KEEP);
    }

    /// A length in a 304 is that of the answer that is not sent (RFC 9110, 8.6): the connection is used
    /// again.
    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Length: 12345\r\n", "Content-Encoding: gzip\r\n"})
    void not_modified_has_no_body_whatever_its_head_says(String more) {
        Rig.run(KEEPS, request -> request.headers().containsKey("if-none-match")
                ? notModified(more)
                : Rig.echo(request), rig -> {
                    Reply reply = rig.downstream.call(ASKING);
                    assertTrue(reply.isNotModified());
                    assertEquals(9, reply.terms().lifetime());
                    assertEquals(new Validators("W/\"v1\"", null), reply.terms().validators());
                    assertEquals("/b", rig.echoed("/b"));
                    assertEquals(1, rig.server.acceptedConnections());
                    assertEquals(304, rig.observer.ended.getFirst().status());
                });
    }

    @Test
    void validators_are_sent_as_they_came_and_only_where_a_call_has_them() {
        Rig.run(KEEPS, request -> Action.Answer.json(200,
                "{\"tag\":\"" + request.headers().containsKey("if-none-match")
                        + "\",\"date\":\"" + request.headers().get("if-modified-since") + "\"}"),
                rig -> {
                    Reply asking = rig.downstream.call(ASKING);
                    assertEquals("true", asking.body().path("tag").asText());
                    assertEquals(DATE, asking.body().path("date").asText());
                    assertEquals("false", rig.get("/a").body().path("tag").asText());
                });
    }

    @Test
    void answer_without_a_call_for_changes_has_no_terms_of_304() {
        Rig.run(KEEPS, _ -> notModified(""),
                rig -> assertEquals(null, rig.get("/a").terms().validators()));
    }

    @Test
    void not_modified_over_http2() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> {
                HttpFields sent = asked.head().getHttpFields();
                assertEquals("W/\"v1\"", sent.get(HttpHeader.IF_NONE_MATCH));
                assertEquals(DATE, sent.get(HttpHeader.IF_MODIFIED_SINCE));
                asked.head(304, HttpFields.build().put("etag", "W/\"v1\""), true);
            };
            Reply reply = rig.downstream.call(ASKING);
            assertTrue(reply.isNotModified());
            assertFalse(reply.isSuccess());
        });
    }
}
