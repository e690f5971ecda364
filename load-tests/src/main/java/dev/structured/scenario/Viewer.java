package dev.structured.scenario;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A browser shows the page of the service while ten thousand requests are in flight: how much of a core does
/// the main thread of the page use, do its numbers add up, and does the page or the service grow?
///
/// CPU time of a thread hardly depends on what else the machine does. Frames do: they are printed beside
/// those of an empty page.
///
/// `chromium` and `chromium-driver` must be installed (Debian's packages); without them nothing is measured.
final class Viewer implements Scenario {
    private static final double MOST_CORE = 0.25;
    private static final double MOST_HEAP = 10e6;
    private static final double MOST_SERVICE_HEAP = 16e6;
    private static final int SAMPLES = 10;
    private static final int FRAMES_MILLIS = 2_000;
    /// Of the load; it ends when all is measured.
    private static final Duration LONGEST = Duration.ofHours(2);
    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String EMPTY = "data:text/html,<title>empty</title>";
    private static final String LIVE = "return document.querySelector('#state').textContent === 'live'";
    private static final String NUMBERS = """
            const last = text => Number(/\\d+$/.exec(text)[0]);
            const sum = selector => [...document.querySelectorAll(selector)]
              .reduce((all, each) => all + last(each.textContent), 0);
            return [parseInt(document.querySelector('#where-sum').textContent) || 0, sum('.n-route > button'),
              sum('.n-part > button'), sum('.n-wait > button'),
              document.querySelectorAll('#rows tbody tr').length,
              document.querySelector('#state').textContent];""";
    private static final String COUNT_FRAMES = "window.frames = 0; const count = () => { window.frames++;"
            + " requestAnimationFrame(count); }; requestAnimationFrame(count)";

    /// The cost of a page for a while.
    ///
    /// @param core the share of a core that its main thread used
    private record Share(double core, double script, double style, double layout) {
        static Share of(Chromium.Cost before, Chromium.Cost after, double seconds) {
            return new Share((after.thread() - before.thread()) / seconds,
                    (after.script() - before.script()) / seconds, (after.style() - before.style()) / seconds,
                    (after.layout() - before.layout()) / seconds);
        }
    }

    @Override
    public int rate() {
        return 5_000;
    }

    @Override
    public int seconds() {
        return 60;
    }

    @Override
    public Report run(Stage stage) throws Exception {
        if (!Chromium.isThere()) {
            Report report = new Report("Viewer", "");
            report.goal("chromium and chromium-driver are not installed, so that nothing was measured", false,
                    true);
            return report;
        }
        try (Gathering gathering = Gathering.open(stage, "viewer");
                Chromium chromium = Chromium.open();
                HttpClient client = HttpClient.newHttpClient()) {
            return new Run(stage, gathering, chromium, client).report();
        }
    }

    /// One run of the scenario.
    private static final class Run {
        private final Stage stage;
        private final Gathering gathering;
        private final Chromium chromium;
        private final HttpClient client;
        private final List<Double> heaps = new ArrayList<>();
        private final List<List<?>> shown = new ArrayList<>();
        private final List<Share> shares = new ArrayList<>();

        Run(Stage stage, Gathering gathering, Chromium chromium, HttpClient client) {
            this.stage = stage;
            this.gathering = gathering;
            this.chromium = chromium;
            this.client = client;
        }

        Report report() throws Exception {
            String page = gathering.service().admin() + "/ui/";
            // Both have been in use when their heaps are looked at for the first time.
            show(page);
            gathering.warmUp();
            gathering.send(gathering.ramp().multipliedBy(2));
            gathering.crowd().awaitAnswers();
            Leftovers before = Leftovers.of(gathering.service(), client);
            Share empty = Nursery.call("viewer", nursery -> {
                nursery.startSoon("load", () -> gathering.send(LONGEST));
                chromium.go(EMPTY);
                Share of = share(Duration.ofMillis(1_000L * Math.clamp(stage.seconds() / 6, 1, 10)));
                show(page);
                Checkpoints.sleep(gathering.ramp().plus(SETTLE));
                heaps.add(chromium.heap());
                for (int i = 0; i < SAMPLES; i++) {
                    shares.add(share(Duration.ofMillis(1_000L * stage.seconds() / SAMPLES)));
                    shown.add((List<?>) there(chromium.run(NUMBERS)));
                    heaps.add(chromium.heap());
                }
                gathering.crowd().stop();
                return of;
            });
            int frames = frames();
            gathering.crowd().awaitAnswers();
            Leftovers after = Leftovers.of(gathering.service(), client);
            chromium.go(EMPTY);
            return report(empty, frames, frames(), after.heap() - before.heap());
        }

        private static Object there(@Nullable Object value) {
            return Objects.requireNonNull(value, "nothing");
        }

        private void show(String page) {
            chromium.go(page);
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!Boolean.TRUE.equals(chromium.run(LIVE))) {
                if (System.nanoTime() > end) throw new IllegalStateException("the page shows nothing");
                Checkpoints.sleep(LOOK);
            }
        }

        private Share share(Duration time) {
            Chromium.Cost before = chromium.cost();
            long began = System.nanoTime();
            Checkpoints.sleep(time);
            return Share.of(before, chromium.cost(), (System.nanoTime() - began) / 1e9);
        }

        /// Returns the frames of the page that is shown, in a second.
        private int frames() {
            chromium.run(COUNT_FRAMES);
            Checkpoints.sleep(Duration.ofMillis(FRAMES_MILLIS));
            return (int) (((Number) there(chromium.run("return window.frames"))).intValue() * 1_000L
                    / FRAMES_MILLIS);
        }

        private Report report(Share empty, int frames, int emptyFrames, double serviceHeap) {
            Report report = new Report(
                    Report.format("Viewer: %d requests/s over HTTP/2, %d ms a call. Percent of a "
                            + "core, main thread of the page.", stage.rate(), gathering.millis()),
                    "", "all", "script",
                    "style", "layout", "frames/s");
            row(report, "empty page", empty, emptyFrames);
            row(report, "the page, median", at(0.5), frames);
            row(report, "the page, most", at(1), frames);
            double core = at(0.5).core;
            report.goal(Report.format("the main thread uses %.1f %% of a core; goal 25", 100 * core),
                    core <= MOST_CORE, core <= MOST_CORE);
            long right = shown.stream().filter(Run::addsUp).count();
            report.goal(Report.format("%d of %d times the numbers on the page add up, with at most 200 rows",
                    right, shown.size()), right == shown.size(), right == shown.size());
            long live = shown.stream().filter(each -> "live".equals(each.get(5))).count();
            report.goal(Report.format("%d of %d times the last tick was at most 2 s old", live, shown.size()),
                    live == shown.size(), true);
            long[] totals = shown.stream().mapToLong(Run::total).sorted().toArray();
            long median = totals[totals.length / 2];
            report.goal(Report.format("the page shows %d requests in flight at the median, of %d", median,
                    gathering.expected()), median >= 0.9 * gathering.expected(), true);
            double grown = heaps.getLast() - heaps.getFirst();
            report.goal(Report.format("the heap of the page grew by %.1f MB, from %.1f; goal 10", grown / 1e6,
                    heaps.getFirst() / 1e6), grown <= MOST_HEAP, grown <= MOST_HEAP);
            report.goal(Report.format("the heap of the service grew by %.1f MB; goal 16", serviceHeap / 1e6),
                    serviceHeap <= MOST_SERVICE_HEAP, serviceHeap <= MOST_SERVICE_HEAP);
            gathering.goals(report);
            return report;
        }

        private static void row(Report report, String name, Share share, int frames) {
            report.row(name, percent(share.core), percent(share.script), percent(share.style),
                    percent(share.layout), String.valueOf(frames));
        }

        private static String percent(double share) {
            return Report.format("%.1f", 100 * share);
        }

        private Share at(double share) {
            List<Share> sorted = shares.stream().sorted((a, b) -> Double.compare(a.core, b.core)).toList();
            return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
        }

        private static boolean addsUp(List<?> numbers) {
            long total = total(numbers);
            return numbers.subList(1, 4).stream().allMatch(each -> ((Number) each).longValue() == total)
                    && ((Number) numbers.get(4)).longValue() <= 200;
        }

        private static long total(List<?> numbers) {
            return ((Number) numbers.getFirst()).longValue();
        }
    }
}
