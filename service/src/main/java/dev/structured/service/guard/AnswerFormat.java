package dev.structured.service.guard;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.structured.service.aggregate.CacheTerms;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.NotJsonException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A kept answer as bytes, for other processes and later ones.
///
/// ```
///   version  checksum of the rest  length of the head  head (JSON)  body (JSON)
///   1 byte   4 bytes (CRC32C)      4 bytes
/// ```
///
/// Times are told from when the answer was kept, and that by the time of day, since the scheduler's time
/// means nothing elsewhere. An answer from a clock that is ahead is no fresher than when it was new.
final class AnswerFormat {
    /// The largest value, in bytes; a larger answer is not shared.
    static final int MOST_BYTES = 1024 * 1024;

    private static final byte VERSION = 1;
    private static final int CHECKED_FROM = 5;
    private static final int HEAD_FROM = 9;
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool()).build()).build();

    private AnswerFormat() {}

    /// All but the body. Times are in milliseconds since the answer was kept.
    ///
    /// @param at when the answer was kept, in milliseconds since 1970
    private record Head(long at, long said, long fresh, long refreshed, long onFailure, long kept, int status,
            Map<String, String> headers, Freshness freshness, CacheTerms terms) {}

    /// Returns the bytes of an answer; null if they are more than [#MOST_BYTES].
    ///
    /// @param wallMillis the time of day now, in milliseconds since 1970
    static byte @Nullable [] write(KeptAnswer answer, long now, long wallMillis) {
        Reply reply = answer.reply();
        long since = answer.since();
        Head head = new Head(wallMillis - millis(now - since), millis(answer.saidUntil() - since),
                millis(answer.freshUntil() - since), millis(answer.refreshedUntil() - since),
                millis(answer.onFailureUntil() - since), millis(answer.keptUntil() - since), reply.status(),
                reply.headers(), reply.freshness(), reply.terms());
        byte[] first;
        byte[] body;
        try {
            first = JSON.writeValueAsBytes(head);
            body = JSON.writeValueAsBytes(reply.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of JSON can always be written", e);
        }
        long length = (long) HEAD_FROM + first.length + body.length;
        if (length > MOST_BYTES) return null;
        ByteBuffer bytes = ByteBuffer.allocate((int) length);
        bytes.put(VERSION).putInt(0).putInt(first.length).put(first).put(body);
        bytes.putInt(1, checksum(bytes.array()));
        return bytes.array();
    }

    /// Returns the answer that bytes hold; null if they hold none, or one of another version.
    ///
    /// @param wallMillis the time of day now, in milliseconds since 1970
    @Nullable
    static KeptAnswer read(byte[] value, long now, long wallMillis) {
        if (value.length < HEAD_FROM || value.length > MOST_BYTES || value[0] != VERSION) return null;
        ByteBuffer bytes = ByteBuffer.wrap(value);
        int length = bytes.getInt(CHECKED_FROM);
        if (bytes.getInt(1) != checksum(value) || length < 0 || length > value.length - HEAD_FROM)
            return null;
        byte[] body = new byte[value.length - HEAD_FROM - length];
        bytes.get(HEAD_FROM + length, body);
        try {
            return answer(JSON.readValue(value, HEAD_FROM, length, Head.class), body, now, wallMillis);
        } catch (NotJsonException | JacksonException e) {
            return null;
        } catch (IOException e) {
            throw new IllegalStateException("There is nothing to read but memory", e);
        }
    }

    private static KeptAnswer answer(Head head, byte[] body, long now, long wallMillis)
            throws NotJsonException {
        Reply reply = new Reply(head.status, StrictJson.read(body), head.headers, head.freshness, head.terms);
        long since = now - nanos(Math.max(0, wallMillis - head.at));
        return new KeptAnswer(reply, since, since + nanos(head.said), since + nanos(head.fresh),
                since + nanos(head.refreshed), since + nanos(head.onFailure), since + nanos(head.kept), now);
    }

    private static int checksum(byte[] value) {
        CRC32C sum = new CRC32C();
        sum.update(value, CHECKED_FROM, value.length - CHECKED_FROM);
        return (int) sum.getValue();
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
