package dev.structured.service.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import dev.structured.service.record.RouteLayout;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveTickTest {
    private static final RouteLayout LAYOUT = new RouteLayout("GET /a", List.of());
    private static final int REQUESTS = 2_000;
    private static final int LOOKS = 200;

    private final Recordings recordings = new Recordings(false);

    private static LiveTick tick(Recordings recordings) {
        return LiveTick.of(recordings, _ -> List.of(), Lints.Faults.NONE, LiveTick.Listener.UNKNOWN);
    }

    @Test
    void requests_with_the_least_time_left_come_first() {
        for (String each : List.of("later", "soon", "unknown")) {
            Recorder begun = recordings.begin(each, "GET", "/", System.nanoTime());
            if (each.equals("later")) begun.page().planned(LAYOUT, Duration.ofSeconds(50));
            if (each.equals("soon")) begun.page().planned(LAYOUT, Duration.ofSeconds(20));
        }
        assertEquals(List.of("soon", "later", "unknown"),
                tick(recordings).running().stream()
                        .map(RequestRow::id).toList());
    }

    /// The list of a tick does not sort what it does not show: its cost is printed (`-Dcost.print=true`).
    /// Their deadlines are a minute apart, so that it does not matter how long it takes to begin them all.
    @Test
    void hundred_requests_with_the_least_time_left_are_found_among_ten_thousand() {
        for (int i = 0; i < 10_000; i++) {
            Recorder begun = recordings.begin("r" + i, "GET", "/", System.nanoTime());
            begun.page().planned(LAYOUT, Duration.ofMinutes(1_000 + i * 7_919L % 10_000));
        }
        LiveTick tick = tick(recordings);
        assertEquals(100, tick.running().size());
        assertEquals(10_000, tick.where().total());
        List<Double> left = tick.running().stream().map(each -> Math.floor(each.deadlineMs() / 60_000))
                .toList();
        assertEquals(IntStream.range(0, 100).mapToObj(i -> 1_000.0 + i).toList(), left);
        if (!Boolean.getBoolean("cost.print")) return;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int round = 0; round < 4; round++) {
            long cpu = threads.getCurrentThreadCpuTime();
            long bytes = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100; i++) tick(recordings);
            System.out.println((threads.getCurrentThreadCpuTime() - cpu) / 100_000 + " us of CPU and "
                    + (threads.getCurrentThreadAllocatedBytes() - bytes) / 100 + " bytes a tick");
        }
    }

    /// A deadline that becomes known while requests are sorted by it once made the sort fail, and a tick that
    /// fails ends the service.
    @Test
    void deadlines_that_become_known_meanwhile_do_no_harm() {
        List<Recorder> requests = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) requests.add(recordings.begin("r", "GET", "/", System.nanoTime()));
        AtomicBoolean over = new AtomicBoolean();
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("stress", () -> Nursery.run("all", nursery -> {
                nursery.startSoon("plans", () -> {
                    Random random = new Random(1);
                    while (!over.get()) {
                        requests.get(random.nextInt(REQUESTS)).page().planned(LAYOUT,
                                Duration.ofMillis(random.nextInt(60_000)));
                    }
                });
                try {
                    for (int i = 0; i < LOOKS; i++)
                        tick(recordings);
                } finally {
                    over.set(true);
                }
            }));
        }
    }
}
