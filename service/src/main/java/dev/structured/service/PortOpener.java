package dev.structured.service;

import dev.structured.service.server.ListenAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// Opens ports, and explains to the user why one cannot be opened.
final class PortOpener {

    private PortOpener() {}

    /// The action that opens a port.
    interface Action<T> {
        /// Opens the port and returns the action's result.
        T open() throws IOException;
    }

    /// Opens a port and returns the result of `action`.
    ///
    /// @param host the setting of `where.host()`
    /// @param port the setting of `where.port()`
    /// @throws StartException if the port cannot be opened
    static <T> T of(ListenAddress where, Setting host, Setting port, Action<T> action) throws StartException {
        try {
            InetAddress.getByName(where.host());
            return action.open();
        } catch (UnknownHostException e) {
            throw new StartException(
                    "'" + where.host() + "' is not an address of this machine. Choose one with " + host.flag()
                            + " or in " + host
                            + ": 127.0.0.1 accepts this machine only, 0.0.0.0 all interfaces.");
        } catch (IOException e) {
            throw new StartException("Port " + where.port() + " of " + where.host() + " " + why(e)
                    + " choose another one with " + port.flag() + " or in " + port
                    + " (0 means any free port).");
        }
    }

    private static String why(IOException e) {
        Throwable root = e;
        while (root.getCause() != null)
            root = root.getCause();
        String message = String.valueOf(root.getMessage());
        return message.contains("in use")
                ? "is in use: stop the program that listens there, or"
                : "cannot be opened (" + message + "):";
    }
}
