package dev.structured.service;

import dev.structured.service.Command.Listen;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// The moment when a port is opened, and what the user is told when it cannot be.
final class Opening {

    private Opening() {}

    /// Opens a port and returns what that gives.
    interface Action<T> {
        /// Opens the port.
        T open() throws IOException;
    }

    /// Opens a port.
    ///
    /// @param host the setting that `where.host()` came from
    /// @param port the setting that `where.port()` came from
    /// @throws StartException if it cannot be opened
    static <T> T of(Listen where, Setting host, Setting port, Action<T> action) throws StartException {
        try {
            InetAddress.getByName(where.host());
            return action.open();
        } catch (UnknownHostException e) {
            throw new StartException(
                    "'" + where.host() + "' is no address of this machine. Choose one with " + host.flag()
                            + " or in " + host + ": 127.0.0.1 is this machine only, 0.0.0.0 is everybody.");
        } catch (IOException e) {
            throw new StartException("Port " + where.port() + " of " + where.host() + " " + why(e)
                    + " choose another one with " + port.flag() + " or in " + port
                    + " (0 means any free one).");
        }
    }

    private static String why(IOException e) {
        Throwable root = e;
        while (root.getCause() != null)
            root = root.getCause();
        String message = String.valueOf(root.getMessage());
        return message.contains("in use")
                ? "is in use: stop what listens there, or"
                : "cannot be opened (" + message + "):";
    }
}
