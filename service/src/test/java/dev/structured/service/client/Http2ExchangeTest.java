package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.aggregate.AnswerMemory;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What Jetty's server does not send.
class Http2ExchangeTest {
    private final Http2Exchange exchange = exchange(null);

    private static Http2Exchange exchange(byte @Nullable [] body) {
        return exchange(new ClientExchange(1_000, Set.of(), List.of(), AnswerMemory.UNLIMITED, null), body);
    }

    private static Http2Exchange exchange(ClientExchange answer, byte @Nullable [] body) {
        return new Http2Exchange(
                new Http2Connection(null,
                        Connections.Key.of(Rig.CONFIG,
                                Target.of(Rig.CONFIG.endpoints().urls().getFirst()))),
                answer, body);
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

    /// The rest of the problem is left.
    @Test
    void failure_that_is_cut_short_has_no_problem() throws Exception {
        ClientExchange answer = new ClientExchange(1_000, Set.of(Call.WANTS_PROBLEM), List.of(),
                AnswerMemory.UNLIMITED, null);
        Http2Exchange cut = exchange(answer, null);
        MetaData head = new MetaData.Response(409, null, HttpVersion.HTTP_2,
                HttpFields.build().put("Content-Type", "application/problem+json"));
        cut.onHeaders(null, new HeadersFrame(1, head, null, false));
        assertTrue(answer.hasProblem());
        cut.onReset(null, new ResetFrame(1, ErrorCode.INTERNAL_ERROR.code), Callback.NOOP);
        assertTrue(cut.await());
        assertFalse(answer.hasProblem());
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
