package dev.structured.service.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The last minute as lines of JSON, for later viewers.
///
/// ```
/// {"format":"structured-minute","version":1,"saved":"2026-01-31T18:04:05Z","values":false}
/// {"tick":{…}}        at most 61, the oldest first; as the stream /live has them, without the kept requests
/// {"request":{…}}     at most 500, those in flight first, then the latest first; as /requests/ID has them
/// {"end":{"ticks":61,"requests":143,"left":0}}   "left" requests did not fit
/// ```
public final class SavedMinute {
    /// The version of the format. A change that readers of the previous version would not understand raises
    /// it.
    public static final int VERSION = 1;
    /// The most bytes of a file that is read.
    public static final int MOST_BYTES = 64 << 20;
    private static final String FORMAT = "structured-minute";
    private static final int MOST_REQUESTS = 500;
    private static final int MOST_WRITTEN = 8 << 20;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private record Head(String format, int version, String saved, boolean values) {}

    private record TickLine(LiveTick tick) {}

    private record RequestLine(RequestView request) {}

    private record Counts(int ticks, int requests, int left) {}

    private record EndLine(Counts end) {}

    private SavedMinute() {}

    /// Returns the lines.
    ///
    /// @param recent the ticks that were shown in the last minute
    /// @param now the present
    public static String of(Recordings recordings, RecentTicks recent, LiveTick now) {
        StringBuilder text = new StringBuilder(1 << 20);
        line(new Head(FORMAT, VERSION, Instant.ofEpochMilli(now.atMs()).toString(),
                recordings.showsValues()), text);
        List<LiveTick> ticks = recent.upTo(now);
        for (LiveTick each : ticks) line(new TickLine(each), text);
        List<Recorder> requests = new ArrayList<>(recordings.inFlight());
        requests.addAll(recordings.kept());
        int written = 0;
        while (written < Math.min(MOST_REQUESTS, requests.size()) && text.length() < MOST_WRITTEN) {
            line(new RequestLine(RequestView.of(requests.get(written))), text);
            written++;
        }
        line(new EndLine(new Counts(ticks.size(), written, requests.size() - written)), text);
        return text.toString();
    }

    private static void line(Object view, StringBuilder text) {
        text.append(Json.line(view)).append('\n');
    }

    /// Checks that a text is a saved minute that this version understands.
    ///
    /// @return the error and its remedy, for people; null if there is no error
    public static @Nullable String fault(String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty()) return "is empty";
        JsonNode head = json(lines.getFirst());
        if (head == null || !FORMAT.equals(head.path("format").asText())) {
            return "is no saved minute: its first line has no \"format\":\"" + FORMAT + "\". "
                    + "GET /minute.ndjson of the admin listener makes such a file";
        }
        int version = head.path("version").asInt();
        if (version != VERSION) {
            return "has version " + version + " of the format, and this program reads version " + VERSION
                    + ": use the program that saved it";
        }
        return faultOfLines(lines);
    }

    private static @Nullable String faultOfLines(List<String> lines) {
        int ticks = 0;
        int requests = 0;
        for (int i = 1; i < lines.size(); i++) {
            JsonNode line = json(lines.get(i));
            if (line == null) return "has no JSON in line " + (i + 1);
            JsonNode end = line.get("end");
            if (line.has("tick")) ticks++;
            if (line.has("request")) requests++;
            if (end == null) continue;
            boolean whole = end.path("ticks").asInt() == ticks && end.path("requests").asInt() == requests
                    && ticks > 0;
            return whole ? null : "lacks lines: its last one counts others than there are. Save it again";
        }
        return "is cut off: it has no \"end\" line. Save it again";
    }

    private static @Nullable JsonNode json(String line) {
        try {
            JsonNode node = MAPPER.readTree(line);
            return node != null && node.isObject() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
