package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.service.aggregate.AnswerMemory;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.junit.jupiter.api.Test;

/// What Jetty's server does not send.
class Http2ExchangeTest {
    private final Http2Exchange exchange = new Http2Exchange(
            new Http2Connection(null,
                    Connections.Key.of(Rig.CONFIG, Target.of(Rig.CONFIG.endpoints().urls().getFirst()))),
            new ClientExchange(1_000, Set.of(), List.of(), AnswerMemory.UNLIMITED, null), null);

    private void fails(HttpFields fields, int status, boolean last) {
        MetaData head = new MetaData.Response(status, null, HttpVersion.HTTP_2, fields);
        exchange.onHeaders(null, new HeadersFrame(1, head, null, last));
        assertEquals(ErrorType.PROTOCOL,
                assertThrows(DownstreamException.class, exchange::await).type());
    }

    @Test
    void transfer_encoding_is_refused() {
        fails(HttpFields.build().put("transfer-encoding", "chunked"), 200, true);
    }

    @Test
    void interim_answer_is_not_the_last() {
        fails(HttpFields.EMPTY, 103, true);
    }

    @Test
    void trailers_without_an_answer_are_refused() {
        exchange.onHeaders(null,
                new HeadersFrame(1, new MetaData(HttpVersion.HTTP_2, HttpFields.EMPTY), null, true));
        assertEquals(ErrorType.PROTOCOL, assertThrows(DownstreamException.class, exchange::await).type());
    }
}
