package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Task;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.client.CancelTest.Attempt;
import dev.structured.service.client.Http2Server.Asked;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.frames.FrameType;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How connections of HTTP/2 end: dead, idle, told to go; and what changes while they are used.
@Timeout(60)
class Http2EndTest {
    private static final int PREFACE_BYTES = 24;
    private static final int FRAME_HEAD_BYTES = 9;
    private static final HttpFields JSON = HttpFields.build().put("content-type", "application/json");

    private static void look(Http2Rig rig, Duration later) {
        rig.http.closeUnused(System.nanoTime() + later.toNanos());
    }

    /* --- Dead --- */

    private interface Relayed {
        void run(Http2Rig rig, OpenedDownstream downstream, Relay relay) throws Exception;
    }

    /// Runs with a connection through a relay, over which one call has been made.
    private static void relayed(Relayed body) throws Exception {
        Http2Rig.run(rig -> {
            Relay relay = Relay.plain(rig.server.url().getPort());
            var relaying = CancelTest.call(rig.nursery, relay::run);
            try (OpenedDownstream downstream = rig.http.open(rig.config(), relay.url("http"), rig.observer)) {
                assertEquals("/before", Http2Rig.echoed(downstream, "/before"));
                body.run(rig, downstream, relay);
            }
            relaying.scope().cancel("the test is over");
            relaying.task().await();
        });
    }

    /// Runs with a connection that works until it swallows everything, in both directions.
    private static void dying(Relayed body) throws Exception {
        relayed((rig, downstream, relay) -> {
            relay.swallow();
            body.run(rig, downstream, relay);
        });
    }

    @Test
    void dead_connection_is_thrown_away_after_a_PING_and_its_calls_say_why() throws Exception {
        dying((rig, downstream, relay) -> {
            var hanging = rig.nursery.startSoon("call",
                    () -> assertThrows(DownstreamException.class, () -> Rig.get(downstream, "/hang")));
            CancelTest.await(() -> frames(relay, FrameType.HEADERS) == 2);
            long silent = System.nanoTime() + Liveness.SILENCE.toNanos() + 1;
            rig.http.closeUnused(silent);
            CancelTest.await(() -> frames(relay, FrameType.PING) == 1);
            for (int i = 1; i <= Liveness.PATIENCE.toSeconds(); i++)
                rig.http.closeUnused(silent + Duration.ofSeconds(i).toNanos());
            assertEquals(1, active(rig));
            assertFalse(hanging.isDone());
            rig.http.closeUnused(silent + Liveness.PATIENCE.toNanos() + 1);
            DownstreamException why = hanging.await();
            assertEquals(ErrorType.RESET, why.type());
            assertTrue(String.valueOf(why.getMessage()).contains("does not answer a PING"), why::toString);
            CancelTest.await(() -> active(rig) == 0);
            assertEquals("/after", Http2Rig.echoed(downstream, "/after"));
            assertEquals(2, rig.server.connections());
        });
    }

    /// Returns how many frames of a type have come to a relay, over its one connection.
    private static int frames(Relay relay, FrameType type) {
        byte[] bytes = relay.asked();
        int found = 0;
        int at = PREFACE_BYTES;
        while (at + FRAME_HEAD_BYTES <= bytes.length) {
            if (bytes[at + 3] == type.getType()) found++;
            at += FRAME_HEAD_BYTES + (ByteBuffer.wrap(bytes).getInt(at) >>> 8);
        }
        return found;
    }

    /// Each call has a deadline of its own, as those of pages have; with real time, for which this test
    /// waits. If the connection is thrown away between two calls, none is told, and the next one is answered
    /// over another.
    @Test
    void dead_connection_under_calls_that_go_on_is_thrown_away_in_time() throws Exception {
        dying((rig, downstream, relay) -> {
            var looking = CancelTest.call(rig.nursery, rig.http::keepLooking);
            boolean dead = true;
            while (dead) {
                int asked = frames(relay, FrameType.HEADERS);
                Attempt call = CancelTest.call(rig.nursery, () -> {
                    try {
                        Rig.get(downstream, "/hang");
                    } catch (DownstreamException told) {
                        assertEquals(ErrorType.RESET, told.type());
                    }
                });
                // The limit begins when the dead connection has swallowed the call: the opening of the
                // next one may take any time.
                CancelTest.await(() -> frames(relay, FrameType.HEADERS) > asked || call.task().isDone());
                call.scope().setTimeout(Duration.ofMillis(200));
                call.task().await();
                dead = call.scope().absorbedCancellation();
            }
            looking.scope().cancel("it was noticed");
            looking.task().await();
            assertEquals("/after", Http2Rig.echoed(downstream, "/after"));
            assertEquals(2, rig.server.connections());
        });
    }

    @Test
    void connection_that_answers_PINGs_is_not_thrown_away() throws Exception {
        relayed((rig, downstream, relay) -> {
            rig.server.script = asked -> {
                if (asked.path().equals("/quick")) Http2Server.echo(asked);
            };
            List<Task<String>> slow = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                int requests = 2 * i;
                int pings = i;
                slow.add(rig.nursery.startSoon("slow", () -> Http2Rig.echoed(downstream, "/slow")));
                CancelTest.await(() -> rig.server.requests() == requests);
                look(rig, Duration.ofSeconds(10L * i)); // after so long a time it judges nothing
                look(rig, Duration.ofSeconds(10L * i));
                CancelTest.await(() -> frames(relay, FrameType.PING) == pings);
                // Its answer comes behind that to the PING.
                assertEquals("/quick", Http2Rig.echoed(downstream, "/quick"));
            }
            look(rig, Duration.ofSeconds(60));
            look(rig, Duration.ofSeconds(60));
            rig.server.asked.stream().filter(asked -> asked.path().equals("/slow"))
                    .forEach(Http2Server::echo);
            for (Task<String> each : slow) assertEquals("/slow", each.await());
            assertEquals("/quick", Http2Rig.echoed(downstream, "/quick"));
            assertEquals(1, rig.server.connections());
        });
    }

    private static int active(Http2Rig rig) {
        return rig.http.openConnections().stream().mapToInt(OpenConnections::active).sum();
    }

    /* --- Idle --- */

    @Test
    void idle_connection_is_closed_with_a_word_and_the_next_call_opens_one() throws Exception {
        Http2Rig.run(rig -> {
            rig.get("/first");
            CancelTest.await(() -> active(rig) == 0); // the stream ends after its answer
            look(rig, Http2Connection.MOST_IDLE.dividedBy(2));
            assertEquals("/second", rig.echoed("/second"));
            assertEquals(1, rig.server.connections());
            CancelTest.await(() -> active(rig) == 0);
            look(rig, Http2Connection.MOST_IDLE.plusSeconds(1));
            CancelTest.await(rig.server.open::isEmpty);
            assertEquals(List.of(ErrorCode.NO_ERROR.code),
                    rig.server.goAways.stream().map(each -> each.getError()).toList());
            CancelTest.await(() -> rig.http.openConnections().getFirst().idle() == 0);
            assertEquals("/third", rig.echoed("/third"));
            assertEquals(2, rig.server.connections());
        });
    }

    @Test
    void connection_with_a_call_is_not_idle_however_long_it_takes() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> {};
            var long1 = rig.nursery.startSoon("call", () -> rig.echoed("/long"));
            CancelTest.await(() -> rig.server.requests() == 1);
            look(rig, Http2Connection.MOST_IDLE.plusSeconds(1));
            Http2Server.echo(rig.server.asked.getFirst());
            assertEquals("/long", long1.await());
            assertEquals(1, rig.server.connections());
        });
    }

    /* --- Told to go --- */

    /// Of the calls in flight at a GOAWAY, those that the downstream has begun are answered by it, though
    /// only half of the answers is there, and the others are asked of another connection: each once.
    @Test
    void goaway_in_the_middle_of_answers_loses_no_call_and_doubles_none() throws Exception {
        int calls = 8;
        Http2Rig.run(rig -> {
            rig.get("/first"); // stream 1
            Set<Asked> halves = ConcurrentHashMap.newKeySet();
            rig.server.script = asked -> {
                if (rig.server.connections() > 1) Http2Server.echo(asked);
                else if (asked.stream().getId() <= 2 * calls / 2 + 1) {
                    asked.head(200, JSON, false,
                            () -> asked.data("{\"path\":".getBytes(UTF_8), false, () -> halves.add(asked)));
                }
            };
            List<Task<String>> all = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                String path = "/" + i;
                all.add(rig.nursery.startSoon(path, () -> rig.echoed(path)));
            }
            CancelTest.await(() -> rig.server.requests() == 1 + calls && halves.size() == calls / 2);
            rig.server.goAway(2 * calls / 2 + 1);
            CancelTest.await(() -> rig.server.requests() == 1 + calls + calls / 2);
            halves.forEach(each -> each.data(("\"" + each.path() + "\"}").getBytes(UTF_8), true));
            for (int i = 0; i < calls; i++) assertEquals("/" + i, all.get(i).await());
            assertEquals(calls / 2, halves.size());
            assertEquals(2, rig.server.connections());
            assertEquals(1 + calls + calls / 2, rig.server.requests());
        });
    }

    /// A downstream that says farewell and closes: what it had begun may have had an effect, and is not asked
    /// again.
    @Test
    void goaway_followed_by_the_end_fails_what_was_begun() throws Exception {
        Http2Rig.run(rig -> {
            rig.get("/first");
            rig.server.script = asked -> {
                if (rig.server.connections() > 1) Http2Server.echo(asked);
            };
            var begun = rig.nursery.startSoon("begun",
                    () -> assertThrows(DownstreamException.class, () -> rig.get("/begun")));
            CancelTest.await(() -> rig.server.requests() == 2);
            var late = rig.nursery.startSoon("late", () -> rig.echoed("/late"));
            CancelTest.await(() -> rig.server.requests() == 3);
            rig.server.goAway(3);
            assertEquals("/late", late.await());
            rig.server.asked.get(1).disconnect();
            assertEquals(ErrorType.RESET, begun.await().type());
            assertEquals(1, rig.server.asked.stream().filter(each -> each.path().equals("/begun")).count());
        });
    }

    /* --- Changed while it is used --- */

    /// Each change of the number of streams gives places or takes some back: none is lost, and none is made.
    @Test
    void settings_that_change_all_the_time_lose_no_place() throws Exception {
        Http2Rig.run(rig -> {
            rig.get("/first");
            var session = rig.server.sessions.getFirst();
            Nursery.run(both -> {
                var calling = both.startSoon("calls", () -> Nursery.run(calls -> {
                    for (int i = 0; i < 8; i++) {
                        calls.startSoon("caller", () -> {
                            for (int n = 0; n < 100; n++) untilAnswered(rig, "/" + n);
                        });
                    }
                }));
                int[] most = {1, 7, 0, 3, 1_000, 2};
                for (int i = 0; !calling.isDone(); i++) {
                    streams(session, most[i % most.length]);
                    Checkpoints.sleep(Duration.ofMillis(1));
                }
                streams(session, 3);
            });
            untilAnswered(rig, "/known"); // its answer comes behind the last change
            rig.server.script = asked -> {};
            int before = rig.server.requests();
            List<Attempt> hanging = new ArrayList<>();
            for (int i = 0; i < 6; i++) hanging.add(CancelTest.call(rig.nursery, () -> rig.get("/hang")));
            CancelTest.await(() -> rig.server.requests() == before + 3);
            Checkpoints.sleep(Duration.ofMillis(50));
            assertEquals(before + 3, rig.server.requests());
            hanging.forEach(each -> each.scope().cancel("the test is over"));
            for (Attempt each : hanging) each.task().await();
            assertEquals(1, rig.server.connections());
        });
    }

    /// A call that begins while the number goes down may be refused.
    private static void untilAnswered(Http2Rig rig, String path) throws InterruptedException {
        while (true) {
            try {
                assertEquals(path, rig.echoed(path));
                return;
            } catch (DownstreamException e) {
                assertTrue(e.toString().contains("refused the request"), e::toString);
            }
        }
    }

    private static void streams(Session session, int most) {
        session.settings(new SettingsFrame(Map.of(SettingsFrame.MAX_CONCURRENT_STREAMS, most), false),
                Callback.NOOP);
    }
}
