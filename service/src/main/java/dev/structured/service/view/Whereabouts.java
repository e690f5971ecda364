package dev.structured.service.view;

import dev.structured.service.record.PartRecorder;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import dev.structured.service.record.WaitsFor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The state of all requests at one moment: by route, by the part that they wait for, and by the reason why
/// that part waits.
///
/// Each request in flight counts once, at the first of its parts that has not ended, each part being after
/// those that it needs. So the numbers add up to the requests in flight.
///
/// @param total the requests in flight, as they were visited
/// @param active the requests in flight, by the counters that they enter and leave; the same number, since
///     both are taken of the same requests at the same moment
/// @param oldestMs the duration of the oldest one so far
public record Whereabouts(int total, int active, double oldestMs, List<Route> routes) {

    /// A route.
    ///
    /// @param name the route's name; `-` for requests whose route is not known yet
    /// @param oldestMs the duration of its oldest request so far
    public record Route(String name, int count, double oldestMs, List<Part> parts) {}

    /// A part of a route.
    ///
    /// @param name the part's name; empty for requests that wait for no part
    public record Part(String name, int count, List<Wait> waits) {}

    /// The requests whose parts wait for the same reason.
    public record Wait(String name, int count) {}

    private static final class Counts {
        private int count;
        private int oldest;
        private final Map<String, Counts> below = new TreeMap<>();

        Counts in(String name) {
            return below.computeIfAbsent(name, _ -> new Counts());
        }

        Counts count(int micros) {
            count++;
            oldest = Math.max(oldest, micros);
            return this;
        }
    }

    /// Counts the requests in flight now.
    public static Whereabouts of(Recordings recordings) {
        Counts all = new Counts();
        int active = recordings.forEachInFlight(request -> count(request, all));
        List<Route> routes = new ArrayList<>();
        all.below.forEach((name, route) -> routes.add(new Route(name, route.count, Millis.of(route.oldest),
                parts(route))));
        routes.sort(Comparator.comparingInt(Route::count).reversed());
        return new Whereabouts(all.count, active, Millis.of(all.oldest), List.copyOf(routes));
    }

    private static void count(Recorder request, Counts all) {
        PartRecorder awaited = request.awaited();
        WaitsFor waitsFor = RequestView.waitsFor(request, awaited);
        int micros = request.micros();
        all.count(micros).in(request.route()).count(micros)
                .in(awaited == null ? "" : awaited.layout().name()).count(micros)
                .in(waitsFor.words()).count(micros);
    }

    private static List<Part> parts(Counts route) {
        List<Part> parts = new ArrayList<>();
        route.below.forEach((name, part) -> {
            List<Wait> waits = new ArrayList<>();
            part.below.forEach((wait, counts) -> waits.add(new Wait(wait, counts.count)));
            waits.sort(Comparator.comparingInt(Wait::count).reversed());
            parts.add(new Part(name, part.count, List.copyOf(waits)));
        });
        parts.sort(Comparator.comparingInt(Part::count).reversed());
        return List.copyOf(parts);
    }
}
