package dev.structured.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Ports for programs that are told their port.
public final class FreePort {
    private static final int LOWEST = 20_000;
    /// Below those that the system gives to connections and to servers that take any.
    private static final int HIGHEST = 32_000;

    private FreePort() {}

    /// Returns a port of this machine that nobody has, and that nobody gets who does not ask for it: neither
    /// before the program listens, nor while it is away.
    public static int any() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (IOException taken) {
                // Another one may be free.
            }
        }
    }
}
