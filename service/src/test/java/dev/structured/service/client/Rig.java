package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.DemoServer;
import dev.structured.service.demo.Request;
import dev.structured.testing.VirtualClock;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// A scripted downstream and a downstream that calls it, in one run. At its end no task and no connection may
/// be left.
final class Rig {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final DownstreamConfig CONFIG = with();

    /// Returns the configuration of the scripted downstream, with other keys.
    ///
    /// @param keys each as in a file, e.g. `maxQueued: 3`
    static DownstreamConfig with(String... keys) {
        return DownstreamText.read("scripted", Stream.concat(
                Stream.of("connectTimeout: 5s", "maxOpens: 10000", "maxConnections: 8", "maxQueued: 64",
                        "maxBody: 64KiB",
                        "maxHeader: 8KiB"),
                Arrays.stream(keys)).toArray(String[]::new));
    }

    interface Body {
        void run(Rig rig) throws Exception;
    }

    /// How the downstream is called.
    enum Over {
        PLAIN, TLS
    }

    final Nursery nursery;
    final DemoServer server;
    final HttpProtocol http;
    final RecordingObserver observer = new RecordingObserver();
    final Downstream downstream;

    private Rig(Nursery nursery, DemoServer server, DownstreamConfig config, URI url) {
        this.nursery = nursery;
        this.server = server;
        this.http = HttpProtocol.open(nursery);
        this.downstream = http.open(config, url, observer);
    }

    private static Rig open(Nursery nursery, DownstreamConfig config, Function<Request, Action> script)
            throws Exception {
        DemoServer server = DemoServer.start(nursery, "scripted", script);
        return new Rig(nursery, server, config, server.url());
    }

    private static Rig open(Nursery nursery, Over over, List<String> keys, Function<Request, Action> script)
            throws Exception {
        if (over == Over.PLAIN) return open(nursery, with(keys.toArray(String[]::new)), script);
        DemoServer server = DemoServer.start(nursery, "scripted", script);
        TlsRelay relay = new TlsRelay(server.port());
        nursery.startSoon("TLS", relay::run);
        List<String> all = new ArrayList<>(keys);
        all.add("url: " + relay.url());
        all.add(relay.trust());
        return new Rig(nursery, server, with(all.toArray(String[]::new)), relay.url());
    }

    static void run(Function<Request, Action> script, Body body) {
        run(CONFIG, script, body);
    }

    static void run(DownstreamConfig config, Function<Request, Action> script, Body body) {
        runOpened(nursery -> open(nursery, config, script), body);
    }

    /// Runs with a clock that stands still: no limit passes, however slow the machine is.
    static void runTimeless(Function<Request, Action> script, Body body) {
        runOpened(Scheduler.builder().platform(VirtualClock.manual()).build(),
                nursery -> open(nursery, CONFIG, script), body);
    }

    /// @param keys of the downstream, each as in a file
    static void run(Over over, List<String> keys, Function<Request, Action> script, Body body) {
        runOpened(nursery -> open(nursery, over, keys, script), body);
    }

    private interface Opening {
        Rig open(Nursery nursery) throws Exception;
    }

    private static void runOpened(Opening opening, Body body) {
        runOpened(Scheduler.open(), opening, body);
    }

    private static void runOpened(Scheduler opened, Opening opening, Body body) {
        try (Scheduler scheduler = opened) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                Rig rig = opening.open(nursery);
                try (rig.http) {
                    body.run(rig);
                }
                assertTrue(rig.server.awaitNoConnections(PATIENCE), "connections are left open");
                nursery.scope().cancel("the test is over");
            }));
            assertEquals(0, scheduler.statistics().tasks());
        }
    }

    Reply get(String path) throws DownstreamException, InterruptedException {
        return get(downstream, path);
    }

    static Reply get(Downstream downstream, String path) throws DownstreamException, InterruptedException {
        return downstream.call(Call.get(path, "/template"));
    }

    /// Returns the number of calls that are in flight, or wait for their turn.
    static int calls(Downstream downstream) {
        return ((HttpDownstream) downstream).connections.calls.get();
    }

    /// Returns the answer's field `path`, in which the [#echo] script says which request it answers.
    String echoed(String path) throws DownstreamException, InterruptedException {
        JsonNode body = get(path).body();
        return body.path("path").asText();
    }

    /// Answers with the path it was asked for.
    static Action.Answer echo(Request request) {
        return Action.Answer.json(200, "{\"path\":\"" + request.target() + "\"}");
    }

    /// Misbehaves when asked for `/fault`, and answers anything else.
    static Function<Request, Action> faulty(Action fault) {
        return request -> request.path().equals("/fault") ? fault : echo(request);
    }
}
