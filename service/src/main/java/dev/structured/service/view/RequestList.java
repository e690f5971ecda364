package dev.structured.service.view;

import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Some of the requests: those in flight, the oldest first, then those that are kept, the latest first.
///
/// @param running the number of requests in flight
/// @param kept the number of those that are kept
/// @param matching the number of those that match the filter; the list may be shorter
public record RequestList(int running, int kept, int matching, List<RequestRow> requests) {

    /// Returns the requests that match a filter.
    public static RequestList of(Recordings recordings, RequestFilter filter) {
        List<Recorder> running = recordings.inFlight();
        List<Recorder> kept = recordings.kept();
        List<RequestRow> rows = new ArrayList<>();
        int matching = 0;
        if (filter.showsRunning()) matching += add(recordings, running, filter, rows);
        if (filter.showsKept()) matching += add(recordings, kept, filter, rows);
        return new RequestList(running.size(), kept.size(), matching, List.copyOf(rows));
    }

    private static int add(Recordings recordings, List<Recorder> requests, RequestFilter filter,
            List<RequestRow> rows) {
        int matching = 0;
        for (Recorder each : requests) {
            RequestRow row = RequestRow.of(each);
            if (!filter.matches(row)) continue;
            matching++;
            if (rows.size() < filter.limit()) {
                rows.add(row);
                recordings.shown(each);
            }
        }
        return matching;
    }

    /// Returns the list as text for a terminal.
    public String text() {
        StringBuilder text = new StringBuilder(4_000);
        text.append(running).append(" in flight, ").append(kept).append(" kept");
        if (matching > requests.size())
            text.append("; ").append(requests.size()).append(" of ").append(matching);
        text.append("\n\n");
        int widest = requests.stream().mapToInt(each -> each.route().length()).max().orElse(0);
        for (RequestRow each : requests) text.append(line(each, widest)).append('\n');
        if (requests.isEmpty()) {
            text.append(running + kept == 0
                    ? "No request to show. Ask for a page, then look again.\n"
                    : "No request matches the filter.\n");
        }
        return text.toString();
    }

    private static String line(RequestRow row, int widest) {
        String parts = row.parts().stream().map(each -> each.name() + " " + state(each))
                .collect(Collectors.joining(", "));
        return String.format(Locale.ROOT, "%-36s  %-" + Math.max(1, widest) + "s  %-12s %9s  %s", row.id(),
                row.route(), row.status() == null ? row.outcome() : row.status() + " " + row.outcome(),
                Millis.text(row.ms()), row.waitsFor() == null ? parts : "waits for " + row.waitsFor());
    }

    private static String state(RequestRow.Part part) {
        return part.reason() == null || part.reason().equals(part.state())
                ? part.state()
                : part.state() + " (" + part.reason() + ")";
    }
}
