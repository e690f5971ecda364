package dev.structured.service.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.NotJsonException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.StrictJson;
import dev.structured.service.client.ScriptedReply;
import dev.structured.service.config.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kept answers as bytes: what comes back is what was kept, or nothing.
class AnswerFormatTest {
    private static final long NOW = Long.MAX_VALUE - TimeUnit.MINUTES.toNanos(1); // it may overflow
    private static final long WALL = 1_800_000_000_000L;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static KeptAnswer answer(String body, Map<String, String> headers) throws NotJsonException {
        Call call = new Call(Method.GET, "/a", "/a", Map.of(), null, Set.of("x-a"), true, true);
        JsonNode json = StrictJson.read(body.getBytes(StandardCharsets.UTF_8));
        Reply reply = ScriptedReply.of(call, 200, headers, json);
        return new KeptAnswer(reply, NOW, NOW + SECOND, NOW + 2 * SECOND, NOW + 3 * SECOND, NOW + 4 * SECOND,
                NOW + 5 * SECOND, NOW);
    }

    private static byte[] bytes(String body) throws NotJsonException {
        byte[] bytes = AnswerFormat.write(answer(body, Map.of()), NOW, WALL);
        assertNotNull(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":[1,2.50,-0.0,1e-7,123456789012345678901234567890],\"ä€😀\":\"\\u0000\"}",
            "null",
            "\"\"", "[]", "true"})
    void answer_comes_back_as_it_was(String body) throws Exception {
        KeptAnswer kept = answer(body,
                Map.of("etag", "W/\"1\"", "last-modified", "Thu, 01 Jan 2026 00:00:00 GMT",
                        "cache-control",
                        "public, private, no-cache, must-revalidate, proxy-revalidate, max-age=1, s-maxage=2,"
                                + " stale-if-error=3, stale-while-revalidate=4",
                        "vary", "Accept", "age", "5", "expires", "Thu, 01 Jan 2026 00:00:00 GMT", "date",
                        "Thu, 01 Jan 2026 00:00:01 GMT", "x-a", "ü"));
        byte[] bytes = AnswerFormat.write(kept, NOW + SECOND, WALL);
        assertNotNull(bytes);
        assertEquals(kept.notBefore(NOW + SECOND), AnswerFormat.read(bytes, NOW + SECOND, WALL));
    }

    @Test
    void time_goes_on_between_processes_and_a_clock_ahead_makes_nothing_fresher() throws Exception {
        byte[] bytes = bytes("1");
        KeptAnswer later = AnswerFormat.read(bytes, 7, WALL + 1_500);
        assertNotNull(later);
        assertEquals(7 - 3 * SECOND / 2, later.since());
        assertEquals(7 + SECOND / 2, later.freshUntil());
        KeptAnswer behind = AnswerFormat.read(bytes, 7, WALL - 60_000);
        assertNotNull(behind);
        assertEquals(7 + 2 * SECOND, behind.freshUntil());
    }

    @Test
    void damaged_bytes_are_no_answer() throws Exception {
        byte[] bytes = bytes("{\"a\":\"some text\"}");
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 4;
            assertNull(AnswerFormat.read(damaged, NOW, WALL), "byte " + i);
            assertNull(AnswerFormat.read(Arrays.copyOf(bytes, i), NOW, WALL), "the first " + i);
        }
        assertNull(AnswerFormat.read(Arrays.copyOf(bytes, bytes.length + 1), NOW, WALL));
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            if (noise.length > 0) noise[0] = 1;
            assertNull(AnswerFormat.read(noise, NOW, WALL));
        }
    }

    @Test
    void answer_that_is_too_large_has_no_bytes() throws Exception {
        Reply reply = new Reply(200, JsonNodeFactory.instance.textNode("x".repeat(AnswerFormat.MOST_BYTES)));
        KeptAnswer small = answer("1", Map.of());
        KeptAnswer large = new KeptAnswer(reply, small.since(), small.saidUntil(), small.freshUntil(),
                small.refreshedUntil(), small.onFailureUntil(), small.keptUntil(), NOW);
        assertNull(AnswerFormat.write(large, NOW, WALL));
        assertTrue(bytes("1").length < 1_000);
    }
}
