package dev.structured.service.demo;

import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The downstreams of the demo shop. Each is a [DemoServer] on a port of its own, and can be made to fail.
///
/// `catalog` answers `/products/{id}`, `pricing` `/prices/{sku}`, `stock` `/stock/{id}`, `reviews`
/// `/reviews/{id}` and `recommendations` `/recommendations/{id}`, for the products 1 to 99 with the SKUs
/// `SKU-0001` to `SKU-0099`. `users` answers `/users/{id}` for the users 1 to 99; `orders` answers
/// `/orders?user=ID` and `POST /orders`. `north`, `south` and `east` are shops that answer `/search?q=WORD`.
/// `pricing-2` and `pricing-3` are replicas of `pricing`. All answer `/health`.
///
/// The query parameter `chaos` injects faults, e.g. `chaos=reviews:hang,price:slow=300`. Its entries name a
/// part of a page (`product`, `price`, `user`, …) or a downstream, and a kind: `hang`, `slow=MILLIS`, `drip`,
/// `reset`, `refuse`, `badjson`, `huge`, `truncated` or a status from 400 to 599. An invalid entry is
/// answered with 400 and a message that says why. `PUT /chaos` with a kind as its body makes one downstream
/// fail until `none` is put.
public final class DemoDownstreams {
    private static final Logger LOG = LoggerFactory.getLogger(DemoDownstreams.class);
    private static final String ALL = "all";

    private final Map<String, DemoServer> servers;
    private final Map<String, StandingChaos> chaos;

    private DemoDownstreams(Map<String, DemoServer> servers, Map<String, StandingChaos> chaos) {
        this.servers = servers;
        this.chaos = chaos;
    }

    /// Returns the names of all downstreams.
    public static List<String> names() {
        return DemoDownstream.ALL.stream().map(DemoDownstream::name).toList();
    }

    /// Starts all downstreams on free ports of the loopback interface. They listen when this method returns,
    /// and stop when the nursery is cancelled.
    ///
    /// @throws IOException if a port cannot be opened
    public static DemoDownstreams start(Nursery nursery) throws IOException {
        return start(nursery, ALL, "127.0.0.1", 0);
    }

    /// Starts one downstream, or all. They listen when this method returns, and stop when the nursery is
    /// cancelled.
    ///
    /// @param name one of [#names()], or `all`
    /// @param host the address to listen on, e.g. `0.0.0.0` in a container
    /// @param port the port to listen on; 0 for any free one. `all` takes this port and those after it
    /// @throws IOException if a port cannot be opened
    /// @throws IllegalArgumentException if there is no downstream with this name
    public static DemoDownstreams start(Nursery nursery, String name, String host, int port)
            throws IOException {
        Map<String, DemoServer> servers = new LinkedHashMap<>();
        Map<String, StandingChaos> chaos = new LinkedHashMap<>();
        int next = port;
        for (DemoDownstream each : named(name)) {
            InetSocketAddress address = new InetSocketAddress(host, next);
            StandingChaos standing = new StandingChaos(each);
            chaos.put(each.name(), standing);
            servers.put(each.name(), DemoServer.start(nursery, "demo-" + each.name(), address,
                    standing::answer));
            if (next > 0) next++;
        }
        return new DemoDownstreams(servers, chaos);
    }

    private static List<DemoDownstream> named(String name) {
        if (name.equals(ALL)) return DemoDownstream.ALL;
        return List.of(DemoDownstream.ALL.stream().filter(each -> each.name().equals(name)).findAny()
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no demo downstream '" + name + "'; there are "
                                + String.join(", ", names()) + ", and '" + ALL + "'")));
    }

    /// Runs one downstream, or all, until the calling task is cancelled. Blocks. **Checkpoint.**
    ///
    /// @throws IOException if a port cannot be opened
    /// @throws IllegalArgumentException if there is no downstream with this name
    /// @throws IllegalStateException if the calling thread runs no task
    /// @see #start(Nursery, String, String, int)
    public static void serve(String name, String host, int port) throws IOException {
        named(name);
        try {
            Nursery.run("demo " + name, nursery -> start(nursery, name, host, port).servers.forEach(
                    (each, server) -> LOG.info("Demo downstream {} listens on {}", each, server.url())));
        } catch (NurseryFailedException failure) {
            throw failure.rethrow(IOException.class);
        }
    }

    /// Returns the base URL of a downstream, as `http://address:port`.
    ///
    /// @param name the name of a downstream that was started
    /// @throws IllegalArgumentException if it was not started
    public URI url(String name) {
        return named(name, servers).url();
    }

    /// Makes a downstream misbehave until further notice.
    ///
    /// @param kind as in `PUT /chaos`; `none` for no longer
    /// @throws IllegalArgumentException if there is no such downstream or kind; the message is for the user
    public void misbehave(String name, String kind) {
        named(name, chaos).tell(kind);
    }

    /// Returns the fault of a downstream that is in force until further notice; `none` for no fault.
    ///
    /// @throws IllegalArgumentException if there is no such downstream
    public String misbehaviour(String name) {
        return named(name, chaos).told();
    }

    private static <T> T named(String name, Map<String, T> all) {
        T found = all.get(name);
        if (found != null) return found;
        throw new IllegalArgumentException("The demo downstream '" + name + "' is not running; running are "
                + String.join(", ", all.keySet()));
    }

    /// Returns the servers that were started, by name.
    public Map<String, DemoServer> servers() {
        return Collections.unmodifiableMap(servers);
    }
}
