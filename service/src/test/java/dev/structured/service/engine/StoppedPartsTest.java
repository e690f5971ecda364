package dev.structured.service.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.AggregateObserver;
import dev.structured.service.aggregate.Aggregator;
import dev.structured.service.aggregate.AnswerMemory;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Origin;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import dev.structured.service.view.Cancellations;
import dev.structured.service.yaml.ConfigException;
import dev.structured.testing.Simulation;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A part that needs the part at which a page fails is stopped with the others, whether it has begun to wait
/// for that part by then or not. It is never told as skipped.
class StoppedPartsTest {
    private static final int SEEDS = 2_000;
    private static final Downstream FAILS = _ -> {
        throw new DownstreamException(ErrorType.RESET, "broken", null);
    };
    private static final Downstream HANGS = _ -> {
        Checkpoints.sleepForever();
        throw new AssertionError();
    };

    /// Asks for a page of these parts in each order, and compares what is told of their ends.
    private static void assertEnds(String expected, String parts) throws ConfigException {
        ServiceConfig config = ConfigReader.read("test.yaml", """
                downstreams:
                  one: {url: "http://x:1"}
                  two: {url: "http://x:1"}
                routes:
                  - path: /page
                    deadline: 10s
                """ + parts.indent(4));
        AtomicInteger inTime = new AtomicInteger();
        long orders = Simulation.check(SEEDS, simulation -> {
            Set<String> ends = new TreeSet<>();
            simulation.run(() -> ends.addAll(ends(config)));
            String told = String.join(", ", ends);
            // A schedule may let the deadline pass while tasks could go on.
            if (told.contains("deadline")) return;
            inTime.incrementAndGet();
            assertEquals(expected, told);
        }).schedules();
        assertTrue(orders > SEEDS / 20 && inTime.get() > SEEDS / 2,
                orders + " orders, " + inTime + " in time");
    }

    /// Returns how its parts ended, and which part stopped which.
    private static Set<String> told(Recorder request) {
        Set<String> told = new TreeSet<>();
        request.parts().forEach(part -> {
            if (part.end() != null) told.add(part.name() + " " + part.end().outcome());
        });
        Cancellations.of(request).forEach(each -> told.add(each.from() + " → " + each.part()));
        return told;
    }

    private static Set<String> ends(ServiceConfig config) throws BadRequestException {
        RouteConfig route = config.routes().getFirst();
        Recordings recordings = new Recordings(false);
        Recorder recorder = recordings.begin("id", "GET", "/page", System.nanoTime());
        new Aggregator(config.routes(), Map.of("one", FAILS, "two", HANGS), AggregateObserver.NONE)
                .aggregate(route, new PageRequest("id", Map.of(), Map.of(), Map.of(), null, null, Map.of(),
                        Origin.NONE, recorder.page(), AnswerMemory.UNLIMITED), PartSink.NONE);
        return told(recorder);
    }

    @Test
    void required_part_stops_the_parts_that_need_it() throws Exception {
        assertEnds("first reset, first → second, first → third, second cancelled, third cancelled", """
                parts:
                  first: {from: one, path: /, required: true}
                  second: {from: two, path: /}
                  third: {from: two, path: "/${first.a}"}
                """);
    }

    @Test
    void missed_quorum_stops_the_parts_that_need_its_parts() throws Exception {
        assertEnds("both → second, both → third, first reset, second cancelled, third cancelled", """
                parts:
                  first: {from: one, path: /}
                  second: {from: two, path: /}
                  third: {from: two, path: "/${first.a}"}
                quorum:
                  both: {need: 2, of: [first, second]}
                """);
    }
}
