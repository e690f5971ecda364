package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WarmUpTest {
    private static final int STARTS = 10;
    private static final int PAGES = 110;
    private static final double MOST = 10;
    /// A few are left for what happens at any time, such as the end of a connection.
    private static final int MOST_CLASSES = 5;

    @TempDir
    Path directory;

    /// Returns the answer to a GET on a connection of its own.
    private static String get(URI address, String path) throws IOException {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: " + address.getHost()
                    + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void awaitReady(Program program) {
        URI admin = URI.create(program.admin());
        Program.await("ready", () -> {
            try {
                return get(admin, "/readyz").startsWith("HTTP/1.1 200");
            } catch (IOException e) {
                return false;
            }
        });
    }

    /// Returns the time of the first page after the service is ready, as a multiple of the hundredth's: the
    /// median of those around it.
    private double firstToHundredth() throws IOException {
        try (Program program = Program.serving(directory, Program.patient(directory))) {
            awaitReady(program);
            URI pages = URI.create(program.pages());
            List<Long> nanos = new ArrayList<>();
            for (int i = 0; i < PAGES; i++) {
                long began = System.nanoTime();
                String answer = get(pages, "/products/42");
                nanos.add(System.nanoTime() - began);
                assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
            }
            List<Long> last = nanos.subList(PAGES - 20, PAGES).stream().sorted().toList();
            return (double) nanos.getFirst() / last.get(last.size() / 2);
        }
    }

    /// The goal is 3, on a quiet machine. A busy one may interrupt any one page, so that the best of some
    /// starts counts, and slows the first page more than a later one: without the warm-up it then takes 70 to
    /// 110 times as long.
    @Test
    void first_page_takes_hardly_longer_than_the_hundredth() throws IOException {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < STARTS && ratios.stream().noneMatch(ratio -> ratio <= MOST); i++) {
            ratios.add(firstToHundredth());
        }
        assertTrue(ratios.stream().anyMatch(ratio -> ratio <= MOST), ratios::toString);
    }

    /// Returns the lines of a file that has not grown for a second: the warm-up ends behind the readiness.
    private static List<String> settled(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        AtomicLong since = new AtomicLong(System.nanoTime());
        Program.await("no more classes", () -> {
            try {
                List<String> now = Files.readAllLines(file);
                if (now.size() > lines.size()) since.set(System.nanoTime());
                lines.addAll(now.subList(lines.size(), now.size()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return System.nanoTime() - since.get() > 1_000_000_000;
        });
        return lines;
    }

    /// How busy the machine is does not matter to this: what the first page loads was not warm. Without the
    /// access log in the warm-up they are 22.
    @Test
    void first_page_loads_hardly_a_class() throws Exception {
        Path classes = directory.resolve("classes.txt");
        try (Program program = Program.serving(directory,
                Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + classes),
                Program.patient(directory))) {
            awaitReady(program);
            // The first collection loads classes for the metrics, and could come while the page is made.
            program.collectGarbage();
            List<String> before = settled(classes);
            String answer = get(URI.create(program.pages()), "/products/42");
            assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
            Program.await("the line in the log", () -> program.err().contains(" INFO access - "));
            List<String> all = Files.readAllLines(classes);
            List<String> more = all.subList(before.size(), all.size());
            assertTrue(more.size() <= MOST_CLASSES, () -> String.join("\n", more));
        }
    }

    @Test
    void it_leaves_no_trace() throws IOException {
        try (Program program = Program.serving(directory, Program.patient(directory))) {
            awaitReady(program);
            String metrics = get(URI.create(program.admin()), "/metrics");
            for (String metric : List.of("http_server_request_duration_seconds_count",
                    "http_client_request_duration_seconds_count", "structured_part_outcome_total",
                    "structured_cache_total", "structured_attempts_total",
                    "structured_pages_refused_total")) {
                assertFalse(metrics.lines().anyMatch(line -> line.startsWith(metric)), metric);
            }
            assertTrue(metrics.contains("structured_pages_admitted_total{priority=\"normal\"} 0.0"), metrics);
            assertTrue(metrics.contains("structured_tasks_started_total 0.0"), metrics);
            assertFalse(program.err().contains("access"), program.err());
            assertFalse(program.err().contains("WARN"), program.err());
        }
    }
}
