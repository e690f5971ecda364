package dev.structured.service.view;

import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import dev.structured.service.record.RouteSum;
import dev.structured.service.record.Tallies;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.stream.Stream;

/// The whole content of the page at one moment.
///
/// @param atMs the time, in milliseconds since 1970
/// @param seconds the last two minutes, the oldest second first; the last one is not over
/// @param routes the routes in the last ten seconds
/// @param where where all requests are
/// @param lints the findings
/// @param running the requests in flight, the ones with the least time left first
/// @param kept the last ones of those that are kept, the latest first
/// @param keptCount the number of kept requests
/// @param listener where the service takes requests
public record LiveTick(long atMs, List<Tallies.Second> seconds, List<RouteSum> routes, Whereabouts where,
        List<Lint> lints, List<RequestRow> running, List<RequestRow> kept, int keptCount,
        List<DownstreamView> downstreams, Listener listener) {
    private static final int MOST_RUNNING = 100;
    private static final int MOST_KEPT = 100;

    /// Where the service takes requests; its host is that by which a viewer knows the service.
    ///
    /// @param scheme `http` or `https`
    /// @param port 0 before it is known
    public record Listener(String scheme, int port) {
        /// Not known.
        public static final Listener UNKNOWN = new Listener("http", 0);
    }

    /// Returns the present.
    ///
    /// @param downstreams returns all downstreams, given the results of the parts that are asked of them
    /// @param faults the counts, since the start, of events that must not happen at all
    /// @param listener where the service takes requests
    public static LiveTick of(Recordings recordings,
            Function<List<Tallies.PartSum>, List<DownstreamView>> downstreams, Lints.Faults faults,
            Listener listener) {
        Tallies tallies = recordings.tallies();
        List<Tallies.PartSum> parts = tallies.parts();
        List<DownstreamView> views = downstreams.apply(parts);
        List<Tallies.Second> seconds = tallies.seconds();
        List<Lint> lints = Lints.of(new Lints.Readings(parts, views,
                seconds.stream().mapToLong(Tallies.Second::requests).sum(), tallies.clientsGone(),
                faults));
        List<Recorder> kept = recordings.kept();
        Whereabouts where = Whereabouts.of(recordings);
        return new LiveTick(System.currentTimeMillis(), seconds, tallies.routes(), where, lints,
                rows(recordings, urgent(recordings)),
                rows(recordings, kept.stream().limit(MOST_KEPT)),
                kept.size(), views, listener);
    }

    private static List<RequestRow> rows(Recordings recordings, Stream<Recorder> requests) {
        return requests.peek(recordings::shown).map(RequestRow::of).toList();
    }

    /// Returns the requests with the least time left, without sorting those that are not shown. A deadline
    /// may become known meanwhile, so each is read once.
    private static Stream<Recorder> urgent(Recordings recordings) {
        record Due(long nanos, Recorder request) {}
        PriorityQueue<Due> latestFirst = new PriorityQueue<>(Comparator.comparingLong(Due::nanos).reversed());
        recordings.forEachInFlight(each -> {
            long nanos = each.deadlineNanos();
            Due latest = latestFirst.peek();
            if (latest == null || latestFirst.size() < MOST_RUNNING) latestFirst.add(new Due(nanos, each));
            else if (nanos < latest.nanos) {
                latestFirst.poll();
                latestFirst.add(new Due(nanos, each));
            }
        });
        return latestFirst.stream().sorted(Comparator.comparingLong(Due::nanos)).map(Due::request);
    }

    /// Returns it without the kept requests and with few of those in flight, as a saved minute has it.
    LiveTick shortened(int mostRunning) {
        return new LiveTick(atMs, seconds, routes, where, lints,
                running.subList(0, Math.min(mostRunning, running.size())), List.of(), keptCount, downstreams,
                listener);
    }
}
