package dev.structured.service.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.server.LogFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AccessLogWriterTest {
    private interface Body {
        void run(AccessLogWriter log) throws Exception;
    }

    private static void with(OutputStream out, Body body) {
        with(out, LogFormat.TEXT, body);
    }

    private static void with(OutputStream out, LogFormat format, Body body) {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                try (AccessLogWriter log = AccessLogWriter.open(nursery, out, format)) {
                    body.run(log);
                }
            }));
            assertEquals(0, scheduler.statistics().tasks());
        }
    }

    @Test
    void closing_writes_all_lines_in_their_order() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        with(out, log -> {
            for (int i = 0; i < 5_000; i++) log.accept("n=" + i);
        });
        List<String> lines = out.toString(UTF_8).lines().toList();
        assertEquals(IntStream.range(0, 5_000).mapToObj(i -> "n=" + i).toList(),
                lines.stream().map(each -> each.substring(each.indexOf("n="))).toList());
        assertTrue(lines.getFirst().matches(
                "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) INFO access - n=0"),
                lines.getFirst());
    }

    @Test
    void json_lines_have_the_keys_that_all_lines_have() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long before = System.currentTimeMillis();
        with(out, LogFormat.JSON, log -> {
            log.accept("\"n\":1");
            log.accept("\"n\":2");
        });
        List<String> lines = out.toString(UTF_8).lines().toList();
        assertEquals(2, lines.size(), lines::toString);
        JsonNode second = new ObjectMapper().readTree(lines.getLast());
        assertEquals(List.of("timestamp", "level", "loggerName", "n"),
                List.copyOf(second.propertyStream().map(
                        Map.Entry::getKey).toList()));
        assertTrue(second.get("timestamp").longValue() >= before, lines::toString);
        assertEquals("access", second.get("loggerName").textValue());
        assertEquals(2, second.get("n").intValue());
    }

    @Test
    void lines_are_written_while_it_runs() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        with(out, log -> {
            log.accept("first");
            while (!out.toString(UTF_8).contains("first"))
                Checkpoints.sleep(Duration.ofMillis(1));
            log.accept("second");
        });
        assertTrue(out.toString(UTF_8).endsWith("second\n"));
    }

    /// A write takes longer than it takes to close; meanwhile no other may begin.
    @Test
    void closing_waits_for_the_lines_that_are_being_written() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch again = new CountDownLatch(2);
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void writeBytes(byte[] bytes) {
                begun.countDown();
                again.countDown();
                try {
                    var _ = again.await(200, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                super.writeBytes(bytes);
            }

            @Override
            public void write(byte[] bytes) {
                writeBytes(bytes);
            }
        };
        with(out, log -> {
            log.accept("n=1");
            begun.await();
            log.accept("n=2");
        });
        assertEquals(List.of("n=1", "n=2"), out.toString(UTF_8).lines()
                .map(each -> each.substring(each.indexOf("n="))).toList());
    }

    @Test
    void output_that_blocks_costs_lines_and_no_time_of_requests() {
        CountDownLatch never = new CountDownLatch(1);
        OutputStream stuck = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        };
        with(stuck, log -> {
            for (int i = 0; i < 30_000; i++) log.accept("n=" + i);
            assertTrue(log.dropped() >= 10_000, () -> "dropped " + log.dropped());
        });
        never.countDown();
    }

    @Test
    void lines_that_cannot_be_written_are_counted() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        with(broken, log -> {
            log.accept("lost");
            while (log.dropped() == 0)
                Checkpoints.sleep(Duration.ofMillis(1));
            assertEquals(1, log.dropped());
        });
    }
}
