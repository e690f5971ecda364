package dev.structured.service.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.PartRecorder;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import dev.structured.service.record.RouteLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentencesTest {
    private static final RouteLayout LAYOUT = new RouteLayout("GET /products/{id}", List.of(
            new RouteLayout.Part("product", "catalog", true, List.of()),
            new RouteLayout.Part("reviews", "ratings", false, List.of())));
    private static final String TOOK = " The page took .*ms\\.";

    private final Recordings recordings = new Recordings(false);
    private final Recorder request = recordings.begin("id", "GET", "/", System.nanoTime());

    private PartRecorder reviews() {
        request.page().planned(LAYOUT, Duration.ofMillis(800));
        PartRecorder product = request.page().part(0);
        product.begun();
        product.ended("ok", null, null, null);
        PartRecorder reviews = request.page().part(1);
        reviews.begun();
        reviews.ready();
        reviews.asked(Duration.ofMillis(300));
        return reviews;
    }

    private String ended(String outcome, int status) {
        request.decided();
        recordings.end(request, outcome, status);
        return RequestView.of(request).sentence();
    }

    private static void assertSentence(String expected, String actual) {
        assertTrue(actual.matches(Pattern.quote("Partial: " + expected + ".") + TOOK), actual);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            timeout           |     | reviews gave no answer within its 300 ms
            deadline_exceeded |     | reviews was not ready when the 800 ms for the whole page were over
            connect_refused   |     | reviews failed: downstream 'ratings' refused the connection
            connect_timeout   |     | reviews failed: downstream 'ratings' took no connection in time
            dns               |     | reviews failed: the host name of downstream 'ratings' could not be resolved
            tls               |     | reviews failed: there is no trusted connection (TLS) to downstream 'ratings'
            reset             |     | reviews failed: downstream 'ratings' broke the connection before its answer was complete
            incomplete        |     | reviews failed: the answer of downstream 'ratings' ended too early
            protocol          |     | reviews failed: the answer of downstream 'ratings' was not valid HTTP
            headers_too_large |     | reviews failed: the answer of downstream 'ratings' had larger headers than the file allows
            body_too_large    |     | reviews failed: the answer of downstream 'ratings' was larger than the file allows
            content_coding    |     | reviews failed: the answer of downstream 'ratings' was compressed in a way that was not asked for
            invalid_json      |     | reviews failed: the answer of downstream 'ratings' was not valid JSON
            status            | 500 | reviews failed: downstream 'ratings' answered with status 500
            not_found         | 404 | reviews does not exist: downstream 'ratings' answered with status 404
            limit_exceeded    |     | reviews was not asked: too many calls to downstream 'ratings' were waiting already
            descriptors       |     | reviews was not asked: this service had no file descriptor left for a connection to downstream 'ratings' (its own limit, not the downstream's)
            memory            |     | reviews was dropped: this service had no memory left for the answer of downstream 'ratings' (its own limit, server.transfer.maxUnsent)
            circuit_open      |     | reviews was not asked: downstream 'ratings' has failed too often and is left alone for a while (its circuit breaker is open)
            budget_too_small  |     | reviews was not asked: too little time was left for it
            unusable_answer   |     | reviews failed: the answer of downstream 'ratings' lacks something that the page takes from it
            too_many_elements |     | reviews was left out: its list has more elements than the file allows
            elements_missing  |     | reviews is incomplete: some of its elements could not be had
            quorum            |     | reviews cannot be met: too many of its parts are missing
            not_needed        |     | reviews was stopped: enough other parts had come before it
            missing_value     |     | reviews was not asked: a value that it needs is missing
            call_too_large    |     | reviews was not asked: the body of its call to downstream 'ratings' would have been too large
            bad_parameter     |     | reviews was not asked: a value in the client's request cannot be used for it
            """)
    void each_reason_has_a_sentence(String reason, Integer status, String sentence) {
        reviews().ended(reason, reason, status, null);
        assertSentence(sentence, ended("partial", 200));
    }

    @Test
    void all_reasons_of_the_documentation_are_tested_above() throws Exception {
        CsvSource table = SentencesTest.class
                .getDeclaredMethod("each_reason_has_a_sentence", String.class, Integer.class, String.class)
                .getAnnotation(CsvSource.class);
        Set<String> tested = table.textBlock().lines().map(line -> line.replaceAll("[ |].*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(documented(), tested);
        assertEquals(Arrays.stream(ErrorType.values()).map(ErrorType::label)
                .collect(Collectors.toCollection(TreeSet::new)), tested);
    }

    private static Set<String> documented() throws IOException {
        String docs = Files.readString(Path.of(System.getProperty("maven.multiModuleProjectDirectory", ".."),
                "docs/service.md"));
        Matcher reasons = Pattern.compile("Why a part is missing.*?\\n\\n", Pattern.DOTALL).matcher(docs);
        assertTrue(reasons.find());
        return Pattern.compile("`([a-z_]+)`").matcher(reasons.group().replaceFirst("\\(`reason`[^)]*\\)", ""))
                .results().map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void kept_answer_that_stood_in_tells_its_age() {
        PartRecorder reviews = reviews();
        AttemptRecorder attempt = reviews.attempt();
        if (attempt == null) throw new AssertionError();
        attempt.replacedBy(Duration.ofSeconds(14).toNanos());
        reviews.ended("stale", "timeout", null, null);
        assertSentence("reviews gave no answer within its 300 ms; a kept answer of 14 s ago stood in",
                ended("partial", 200));
    }

    @Test
    void fallback_is_told() {
        reviews().ended("fallback", "reset", null, null);
        assertSentence("reviews failed: downstream 'ratings' broke the connection before its answer was "
                + "complete; the value that the file gives for this case stood in", ended("partial", 200));
    }

    @Test
    void failed_page_tells_what_was_stopped() {
        request.page().planned(LAYOUT, Duration.ofMillis(800));
        request.page().part(1).begun();
        request.page().part(0).ended("status", "status", 500, null);
        request.page().cancels(dev.structured.service.record.Cause.Kind.REQUIRED_FAILED, "product");
        request.page().part(1).stopped("cancelled");
        assertEquals(
                "Failed with 502: product failed: downstream 'catalog' answered with status 500, and there "
                        + "is no page without it. What else was in flight (1 part) was stopped at once.",
                ended("failed", 502));
    }

    @Test
    void running_request_tells_what_it_waits_for() {
        PartRecorder reviews = reviews();
        AttemptRecorder attempt = reviews.attempt();
        if (attempt == null) throw new AssertionError();
        attempt.queued();
        String sentence = RequestView.of(request).sentence();
        assertTrue(sentence.matches("Running for .*ms of .*ms: waits for reviews \\(a permit\\)\\."),
                sentence);
    }

    @ParameterizedTest
    @CsvSource({"client_gone, 499, The client went away after", "draining, 503, Refused with 503",
            "shutdown, 503, The service ended while it ran", "bug, 500, The service itself failed",
            "refused, 404, Refused with 404", "cancelled, 503, An operator cancelled it",
            "client_slow, 200, The client did not take its page", "complete, 200, Complete in"})
    void each_outcome_has_a_sentence(String outcome, int status, String begin) {
        String sentence = ended(outcome, status);
        assertTrue(sentence.startsWith(begin) && sentence.endsWith("."), sentence);
    }
}
