package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.service.aggregate.AnswerMemory;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What Jetty's server does not send.
class Http2ExchangeTest {
    private final Http2Exchange exchange = exchange(null);

    private static Http2Exchange exchange(byte @Nullable [] body) {
        return new Http2Exchange(
                new Http2Connection(null,
                        Connections.Key.of(Rig.CONFIG,
                                Target.of(Rig.CONFIG.endpoints().urls().getFirst()))),
                new ClientExchange(1_000, Set.of(), List.of(), AnswerMemory.UNLIMITED, null), body);
    }

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

    /// Its head may wait behind bytes that the downstream does not read, and the exchange with it.
    @Test
    @Timeout(60)
    void cancelled_call_keeps_no_body() throws Exception {
        byte[] body = new byte[1_000];
        WeakReference<byte[]> kept = new WeakReference<>(body);
        Http2Exchange unsent = exchange(body);
        body = null;
        try {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, unsent::await);
            while (kept.get() != null)
                System.gc();
        } finally {
            Reference.reachabilityFence(unsent);
        }
    }
}
