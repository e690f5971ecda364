package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Task;
import dev.structured.service.aggregate.AnswerMemory;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Origin;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Method;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.Action.Answer;
import dev.structured.service.demo.Action.Ending;
import dev.structured.service.demo.Action.Raw;
import dev.structured.service.demo.BrokenAnswers;
import dev.structured.service.demo.Faults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The memory that answers take while they are read, and give back.
@Timeout(60)
class AnswerMemoryTest {
    private static final int LARGE = 200_000;
    private static final DownstreamConfig CONFIG = Rig.with("maxBody: 1MiB");
    private static final DownstreamConfig PACKED = Rig.with("maxBody: 1MiB", "encodings: [gzip]");

    /// Counts what is taken.
    private static final class Counted implements AnswerMemory {
        private final long most;
        private long now;
        private long highest;

        Counted(long most) {
            this.most = most;
        }

        @Override
        public synchronized boolean take(long bytes) {
            if (now + bytes > most) return false;
            now += bytes;
            highest = Math.max(highest, now);
            return true;
        }

        synchronized long highest() {
            return highest;
        }

        @Override
        public synchronized void giveBack(long bytes) {
            now -= bytes;
        }
    }

    private static Answer ofLength(int bytes) {
        return Answer.json(200, "\"" + "x".repeat(bytes - 2) + "\"");
    }

    private static Action chunked(int bytes) {
        String chunk = Integer.toHexString(bytes - 2) + "\r\n" + "x".repeat(bytes - 2) + "\r\n";
        return new Raw(
                "HTTP/1.1 200 .\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "1\r\n\"\r\n" + chunk + "1\r\n\"\r\n0\r\n\r\n",
                Ending.KEEP);
    }

    private static Call within(AnswerMemory memory) {
        return within(memory, Set.of());
    }

    private static Call within(AnswerMemory memory, Set<String> wanted) {
        return new Call(Method.GET, "/", "/", Map.of(), null, wanted, null, Origin.NONE, true, true, null,
                null, null, memory, false, null);
    }

    @Test
    void answer_takes_thrice_its_length_while_it_is_read_and_keeps_its_length() {
        Rig.run(CONFIG, _ -> ofLength(LARGE), rig -> {
            Counted memory = new Counted(Long.MAX_VALUE);
            rig.downstream.call(within(memory));
            assertEquals(3 * LARGE, memory.highest);
            assertEquals(LARGE, memory.now);
        });
    }

    @Test
    void small_answer_takes_nothing() {
        Rig.run(CONFIG, _ -> ofLength(60_000), rig -> {
            Counted memory = new Counted(0);
            assertEquals(59_998, rig.downstream.call(within(memory)).body().asText().length());
        });
    }

    @Test
    void announced_answer_without_memory_for_it_is_not_read_and_takes_nothing() {
        Rig.run(CONFIG, _ -> BrokenAnswers.hangInBody(ofLength(LARGE)), rig -> {
            Counted memory = new Counted(3 * LARGE - 1);
            assertEquals(ErrorType.MEMORY, failure(rig, memory).type());
            assertEquals(0, memory.highest);
        });
    }

    @Test
    void answer_of_unknown_length_is_refused_when_there_is_no_memory_left_and_gives_it_back() {
        Rig.run(CONFIG, _ -> chunked(LARGE), rig -> {
            Counted memory = new Counted(400_000);
            assertEquals(ErrorType.MEMORY, failure(rig, memory).type());
            assertTrue(memory.highest > 0);
            assertEquals(0, memory.now);
        });
    }

    @Test
    void answer_of_unknown_length_takes_as_much_as_one_that_announces_it() {
        Rig.run(CONFIG, _ -> chunked(LARGE), rig -> {
            Counted memory = new Counted(3 * LARGE);
            rig.downstream.call(within(memory));
            assertEquals(LARGE, memory.now);
        });
    }

    @Test
    void answer_that_ends_too_early_gives_its_memory_back() {
        Rig.run(CONFIG, _ -> Faults.truncated(ofLength(LARGE)), rig -> {
            Counted memory = new Counted(Long.MAX_VALUE);
            assertEquals(ErrorType.INCOMPLETE, failure(rig, memory).type());
            assertEquals(3 * LARGE, memory.highest);
            assertEquals(0, memory.now);
        });
    }

    @Test
    void cancelled_call_gives_its_memory_back() {
        Rig.run(CONFIG, _ -> BrokenAnswers.hangInBody(ofLength(LARGE)), rig -> {
            Counted memory = new Counted(Long.MAX_VALUE);
            CancelScope hanging = new CancelScope("hanging");
            Task<@Nullable Void> call = rig.nursery.startSoon("call",
                    () -> hanging.run(() -> rig.downstream.call(within(memory))));
            CancelTest.await(() -> memory.highest() == 3 * LARGE);
            hanging.cancel("enough");
            call.await();
            assertEquals(0, memory.now);
        });
    }

    private static Raw packed(String statusAndFields, String body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream encoder = new GZIPOutputStream(out)) {
            encoder.write(body.getBytes(ISO_8859_1));
        }
        return new Raw("HTTP/1.1 " + statusAndFields + "\r\nContent-Encoding: gzip\r\nContent-Length: "
                + out.size() + "\r\n\r\n" + out.toString(ISO_8859_1), Ending.KEEP);
    }

    @Test
    void compressed_problem_beyond_its_limit_takes_nothing() throws Exception {
        Raw answer = packed("409 .\r\nContent-Type: application/problem+json",
                "{\"title\":\"" + "x".repeat(LARGE) + "\"}");
        Rig.run(PACKED, _ -> answer, rig -> {
            Counted memory = new Counted(Long.MAX_VALUE);
            assertEquals("",
                    rig.downstream.call(within(memory, Set.of(Call.WANTS_PROBLEM))).body().toString());
            assertEquals(0, memory.highest);
        });
    }

    /// Its length is known only when all of it has been decoded.
    @Test
    void compressed_answer_is_refused_as_soon_as_there_is_no_memory_for_the_rest() throws Exception {
        Raw answer = packed("200 .", "\"" + "x".repeat(LARGE - 2) + "\"");
        Rig.run(PACKED, _ -> answer, rig -> {
            Counted memory = new Counted(3 * LARGE - 1);
            assertEquals(ErrorType.MEMORY, failure(rig, memory).type());
            assertTrue(memory.highest > 2 * LARGE, "it was taken while the answer was decoded");
            assertEquals(0, memory.now);
            Counted enough = new Counted(3 * LARGE);
            rig.downstream.call(within(enough));
            assertEquals(LARGE, enough.now);
        });
    }

    private static DownstreamException failure(Rig rig, AnswerMemory memory) {
        return assertThrows(DownstreamException.class, () -> rig.downstream.call(within(memory)));
    }
}
