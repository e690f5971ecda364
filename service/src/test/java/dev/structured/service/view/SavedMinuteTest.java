package dev.structured.service.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import dev.structured.service.record.RouteLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SavedMinuteTest {
    private static final RouteLayout LAYOUT = new RouteLayout("GET /a",
            List.of(new RouteLayout.Part("first", "one", true, List.of())));

    private static LiveTick tick(Recordings recordings, long atMs) {
        LiveTick now = LiveTick.of(recordings, _ -> List.of(), Lints.Faults.NONE, LiveTick.Listener.UNKNOWN);
        return new LiveTick(atMs, now.seconds(), now.routes(), now.where(), now.lints(), now.running(),
                now.kept(), now.keptCount(), now.downstreams(), now.listener());
    }

    private static Recorder begun(String id, Recordings recordings) {
        Recorder begun = recordings.begin(id, "GET", "/a?key=secret", System.nanoTime());
        begun.page().planned(LAYOUT, Duration.ofSeconds(1));
        return begun;
    }

    private static List<JsonNode> lines(String text) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> lines = new ArrayList<>();
        for (String each : text.lines().toList()) lines.add(mapper.readTree(each));
        return lines;
    }

    @Test
    void minute_has_a_head_ticks_requests_and_an_end_that_counts_them() throws Exception {
        Recordings recordings = new Recordings(true);
        begun("runs", recordings);
        recordings.end(begun("ended", recordings), "complete", 200);
        RecentTicks recent = new RecentTicks();
        for (long at = 100_000; at < 200_000; at += 250) recent.add(tick(recordings, at));
        String text = SavedMinute.of(recordings, recent, tick(recordings, 200_100));
        assertNull(SavedMinute.fault(text));
        List<JsonNode> lines = lines(text);
        assertEquals("structured-minute", lines.getFirst().path("format").asText());
        assertEquals(1, lines.getFirst().path("version").asInt());
        List<JsonNode> ticks = lines.stream().filter(each -> each.has("tick")).toList();
        assertEquals(60, ticks.size(), "one a second");
        assertTrue(ticks.getFirst().path("tick").path("atMs").asLong() >= 140_100, "none before the minute");
        assertEquals(200_100, ticks.getLast().path("tick").path("atMs").asLong());
        assertTrue(ticks.stream().allMatch(each -> each.path("tick").path("kept").isEmpty()));
        assertEquals(List.of("runs", "ended"), lines.stream().filter(each -> each.has("request"))
                .map(each -> each.path("request").path("id").asText()).toList());
        assertEquals("{\"ticks\":60,\"requests\":2,\"left\":0}", lines.getLast().path("end").toString());
    }

    @Test
    void present_alone_is_there_when_nobody_has_looked() throws Exception {
        Recordings recordings = new Recordings(true);
        assertEquals(3, lines(SavedMinute.of(recordings, new RecentTicks(), tick(recordings, 5))).size());
    }

    @Test
    void paths_are_in_it_only_if_they_may_be_shown() {
        for (boolean shows : new boolean[]{true, false}) {
            Recordings recordings = new Recordings(shows);
            begun("runs", recordings);
            recordings.end(begun("ended", recordings), "complete", 200);
            String text = SavedMinute.of(recordings, new RecentTicks(), tick(recordings, 5));
            assertEquals(shows, text.contains("secret"));
            assertTrue(text.contains("\"values\":" + shows));
        }
    }

    @Test
    void requests_beyond_the_bound_are_counted_and_left_out() throws Exception {
        Recordings recordings = new Recordings(true);
        for (int i = 0; i < 600; i++) begun("r" + i, recordings);
        String text = SavedMinute.of(recordings, new RecentTicks(), tick(recordings, 5));
        assertEquals("{\"ticks\":1,\"requests\":500,\"left\":100}",
                lines(text).getLast().path("end").toString());
        assertNull(SavedMinute.fault(text));
    }

    @Test
    void ticks_are_forgotten_when_nobody_looks_any_more() {
        Recordings recordings = new Recordings(true);
        RecentTicks recent = new RecentTicks();
        recent.add(tick(recordings, 1_000));
        recent.clear();
        assertEquals(1, recent.upTo(tick(recordings, 2_000)).size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                                | is empty
            hello                                             | is no saved minute
            {"a":1}                                           | is no saved minute
            {"format":"structured-minute","version":2} | has version 2 of the format, and this program reads
            {"format":"structured-minute","version":1}        | is cut off
            {"format":"structured-minute","version":1}~{"tick":{}}~x | has no JSON in line 3
            {"format":"structured-minute","version":1}~{"tick":{}}~{"end":{"ticks":1,"requests":1}}|lacks
            """)
    void file_that_is_no_saved_minute_is_told_so(String text, String fault) {
        String said = SavedMinute.fault(text.replace('~', '\n'));
        assertNotNull(said);
        assertTrue(said.startsWith(fault), said);
        assertFalse(said.endsWith("."), "the caller ends the sentence");
    }
}
