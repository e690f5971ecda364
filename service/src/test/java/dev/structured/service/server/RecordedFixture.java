package dev.structured.service.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.view.Cancellation;
import dev.structured.service.view.PartView;
import dev.structured.service.view.RequestView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// A served file, and what is recorded of the requests to it.
abstract class RecordedFixture {
    static final Downstream GOOD = _ -> new Reply(200,
            JsonNodeFactory.instance.objectNode().put("a", 1));
    /// Counts down when a call hangs.
    final CountDownLatch hanging = new CountDownLatch(1);
    final Downstream hangs = _ -> {
        hanging.countDown();
        Checkpoints.sleepForever();
        throw new AssertionError();
    };

    static final String TWO_PARTS = """
            parts:
              first: {from: one, path: /}
              second: {from: two, path: /}
            """;

    final Map<String, Downstream> downstreams = new HashMap<>(
            Map.of("one", GOOD, "two", GOOD, "three", GOOD));

    static String file(String parts) {
        return """
                downstreams:
                  one: {url: "http://x:1"}
                  two: {url: "http://x:1"}
                  three: {url: "http://x:1"}
                routes:
                  - path: /page
                    deadline: 20s
                """ + parts.indent(4);
    }

    /// Asks for the page and returns what is known of the request.
    RequestView asked(String parts) throws IOException {
        return asked(parts, "deadline: 20s");
    }

    RequestView asked(String parts, String deadline) throws IOException {
        try (ServedFile served = new ServedFile(file(parts).replace("deadline: 20s", deadline),
                downstreams)) {
            served.ask("GET /page", "X-Request-Id: me\r\n");
            return ended(served);
        }
    }

    interface AskedWithin {
        RequestView ask(long millis) throws IOException;
    }

    /// Asks with ever longer deadlines until all parts are asked and those that answer at once are in time,
    /// as they are at first where nothing else runs.
    static RequestView untilInTime(AskedWithin page) throws IOException {
        long millis = 100;
        RequestView request = page.ask(millis);
        while (request.parts().stream().anyMatch(each -> each.attempts().isEmpty()
                || (each.name().startsWith("first") && !each.state().equals("ok")))) {
            millis *= 2;
            request = page.ask(millis);
        }
        return request;
    }

    /// Waits for the end of the request and returns what is known of it.
    static RequestView ended(ServedFile served) {
        return RequestView.of(served.kept("me"));
    }

    static List<String> arrows(RequestView request) {
        List<String> arrows = new ArrayList<>();
        for (Cancellation each : request.cancellations()) {
            arrows.add(each.reason() + ": " + each.from() + " → " + each.part());
        }
        return arrows;
    }

    static PartView part(String name, RequestView request) {
        return request.parts().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    }
}
