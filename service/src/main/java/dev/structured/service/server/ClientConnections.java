package dev.structured.service.server;

import dev.structured.service.config.ConnectionsConfig;
import dev.structured.service.descriptors.Descriptors;
import dev.structured.service.edge.CallerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.eclipse.jetty.io.SelectorManager;

/// The open connections of a listener, counted in all and by address.
///
/// A connection counts from its accept until its socket is closed, even if no byte ever arrives. Thread-safe.
final class ClientConnections implements SelectorManager.AcceptListener {
    private static final String UNLIMITED = "";

    private final int max;
    private final int maxPerAddress;
    private final ConnectionsConfig proxies;
    private final Predicate<InetAddress> exempt;
    private final Semaphore free;
    private final Map<SelectableChannel, String> open = new ConcurrentHashMap<>();
    private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();

    /// @param max the most that are open at once
    /// @param exempt the addresses without a limit of their own
    ClientConnections(int max, ConnectionsConfig config, Predicate<InetAddress> exempt) {
        this.max = max;
        this.maxPerAddress = config.maxPerAddress() == null ? Integer.MAX_VALUE : config.maxPerAddress();
        this.proxies = config;
        this.exempt = exempt;
        this.free = new Semaphore(max);
    }

    /// Returns the number of open connections.
    int count() {
        return open.size();
    }

    /// Returns the number of idle connections that should make room for others: a tenth of all while all
    /// places are taken, else none.
    int toCrowdOut() {
        return count() < max ? 0 : Math.max(1, max / 10);
    }

    /// Waits for a place for one more connection, for so long at most. Each place must be entered or left.
    boolean awaitPlace(long millis) throws InterruptedException {
        return free.tryAcquire(millis, TimeUnit.MILLISECONDS);
    }

    /// Takes a place for one more connection, if there is one. Each place must be entered or left.
    boolean takePlace() {
        return free.tryAcquire();
    }

    /// Gives back a place that was not used.
    void leave() {
        free.release();
    }

    /// Counts a connection for which there is a place. Returns false, and no longer counts it, if its address
    /// has too many; it must then be closed.
    boolean enter(SocketChannel channel) throws IOException {
        InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
        String address = remote == null || proxies.beginsWithHeader(remote.getAddress())
                ? UNLIMITED
                : counted(remote.getAddress());
        int count = byAddress.merge(address, 1, Integer::sum);
        open.put(channel, address);
        if (isIn(address, count)) return true;
        var _ = left(channel);
        return false;
    }

    /// Counts a connection by its client's address, which a proxy has named, and no longer by the proxy's.
    /// Returns false if that address has too many; the connection must then be closed.
    boolean identified(SelectableChannel channel, InetAddress client) {
        String before = open.get(channel);
        if (before == null) return true; // it has been closed
        String address = counted(client);
        int count = byAddress.merge(address, 1, Integer::sum);
        forget(open.replace(channel, before, address) ? before : address);
        return isIn(address, count);
    }

    /// Returns the key under which connections of an address are counted.
    private String counted(InetAddress address) {
        return exempt.test(address) ? UNLIMITED : CallerAddress.network(address);
    }

    private boolean isIn(String address, int count) {
        return address.equals(UNLIMITED) || count <= maxPerAddress;
    }

    private boolean left(SelectableChannel channel) {
        String address = open.remove(channel);
        if (address == null) return false;
        forget(address);
        free.release();
        return true;
    }

    private void forget(String address) {
        byAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }

    @Override
    public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
        if (left(channel)) Descriptors.givenBack();
    }

    @Override
    public void onClosed(SelectableChannel channel) {
        if (left(channel)) Descriptors.givenBack();
    }
}
