package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a flight recording tells of tasks and scopes.
class RecorderEventsTest extends RealTest {
    @TempDir
    Path folder;

    private List<RecordedEvent> recorded(Body<Exception> body) throws Exception {
        Path file = folder.resolve("test.jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            body.run();
            recording.stop();
            recording.dump(file);
        }
        return events(file);
    }

    private static List<RecordedEvent> events(Path file) throws IOException {
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.structured."))
                .toList();
    }

    private static List<String> told(List<RecordedEvent> events, String type, String... fields) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.structured." + type))
                .map(event -> String.join(" | ", List.of(fields).stream().map(event::getString).toList()))
                .sorted()
                .toList();
    }

    @Test
    void tasks_and_scopes_are_recorded_with_their_outcome() throws Exception {
        List<RecordedEvent> events = recorded(() -> scheduler.run("main", () -> Nursery.run("n", nursery -> {
            nursery.startSoon("sleeper", Checkpoints::sleepForever);
            Task<?> quick = nursery.startSoon("quick", () -> {});
            quick.await();
            new CancelScope("inner").run(() -> {});
            nursery.scope().cancel("enough");
        })));
        assertEquals(List.of("main | succeeded", "main/quick | succeeded", "main/sleeper | cancelled"),
                told(events, "Task", "path", "outcome"));
        assertEquals(List.of("inner | main | ", "n | main | explicit: enough (by task 'main')"),
                told(events, "Scope", "scope", "task", "cancelled"));
        RecordedEvent nursery = events.stream()
                .filter(event -> event.hasField("scope") && event.getString("scope").equals("n")).findFirst()
                .orElseThrow();
        assertTrue(nursery.getBoolean("caught"));
        assertTrue(nursery.getDuration().toNanos() > 0);
    }

    @Test
    void stuck_task_is_recorded_with_its_stack() throws Exception {
        boolean[] stuck = {true};
        Object lock = new Object();
        List<RecordedEvent> events = recorded(() -> {
            try (Scheduler watched = Scheduler.builder().instrument(new Instrument() {
                @Override
                public void taskStuck(Task<?> task, long nanos) {
                    synchronized (lock) {
                        stuck[0] = false;
                    }
                }
            }).build()) {
                watched.run("main", () -> Timeouts.moveOnAfter(millis(1), () -> spinsUntilTold(lock, stuck)));
            }
        });
        RecordedEvent event = events.stream()
                .filter(each -> each.getEventType().getName().equals("dev.structured.TaskStuck")).findFirst()
                .orElseThrow();
        assertEquals("main", event.getString("path"));
        assertTrue(event.getString("stack").contains("spinsUntilTold"), event.getString("stack"));
        assertTrue(event.getDuration("cancelledFor").toNanos() > 0);
    }

    private static void spinsUntilTold(Object lock, boolean[] stuck) {
        while (true) {
            synchronized (lock) {
                if (!stuck[0]) return;
            }
            Thread.onSpinWait();
        }
    }
}
