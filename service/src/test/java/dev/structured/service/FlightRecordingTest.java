package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.server.ServedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The session with the JVM's tools in `docs/seeing.md`: its events exist, and say what it shows.
class FlightRecordingTest {
    private static final Path PAGE = Path.of(System.getProperty("maven.multiModuleProjectDirectory", ".."),
            "docs", "seeing.md");
    private static final Pattern EVENT = Pattern.compile("\\b(?:dev\\.structured|jdk)\\.[A-Z]\\w+");

    @TempDir
    private Path directory;

    private static final Downstream GOOD = _ -> new Reply(200, JsonNodeFactory.instance.objectNode());
    private static final Downstream HANGS = _ -> {
        Checkpoints.sleepForever();
        throw new AssertionError();
    };

    private static Set<String> named() throws IOException {
        Set<String> names = new TreeSet<>();
        Matcher found = EVENT.matcher(Files.readString(PAGE));
        while (found.find())
            names.add(found.group());
        return names;
    }

    private List<RecordedEvent> recorded() throws IOException {
        Path file = directory.resolve("slow.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("dev.structured.Task");
            recording.enable("dev.structured.Scope");
            recording.start();
            try (ServedFile served = new ServedFile("""
                    downstreams:
                      one: {url: "http://x:1"}
                      two: {url: "http://x:1"}
                    routes:
                      - path: /page
                        deadline: 20s
                        parts:
                          first: {from: one, path: /}
                          reviews: {from: two, path: /, budget: 50ms}
                    """, Map.of("one", GOOD, "two", HANGS))) {
                assertEquals(200, served.ask("GET /page", "X-Request-Id: slow-1\r\n").status());
            }
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file);
    }

    @Test
    void events_of_the_session_exist_and_tell_of_the_request() throws IOException {
        List<RecordedEvent> events = recorded();
        Set<String> names = named();
        assertTrue(names.size() >= 5, names::toString);
        Set<String> known = new TreeSet<>();
        for (EventType each : FlightRecorder.getFlightRecorder().getEventTypes()) known.add(each.getName());
        known.add("dev.structured.TaskStuck"); // registered late: see RecorderEventsTest
        assertTrue(known.containsAll(names), () -> names + " of the page are not all in " + known);

        RecordedEvent reviews = only(events, "dev.structured.Task", "notes",
                "request=slow-1, part=reviews");
        assertEquals("GET /page/reviews", reviews.getString("path"));
        assertEquals("succeeded", reviews.getString("outcome"));
        // Of another clock than the 50 ms.
        assertTrue(reviews.getDuration().toMillis() >= 49, reviews::toString);
        RecordedEvent budget = only(events, "dev.structured.Scope", "scope", "budget of reviews");
        assertTrue(budget.getString("cancelled").startsWith("deadline: its deadline passed 50"),
                budget::toString);
        assertTrue(budget.getBoolean("caught"));
        assertEquals("GET /page/reviews", budget.getString("task"));
    }

    private static RecordedEvent only(List<RecordedEvent> events, String type, String field, String value) {
        List<RecordedEvent> found = events.stream().filter(each -> each.getEventType().getName().equals(type))
                .filter(each -> value.equals(each.getString(field))).toList();
        assertEquals(1, found.size(), () -> type + " " + value + " in " + events);
        return found.getFirst();
    }
}
