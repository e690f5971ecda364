package dev.structured.core.examples;

import dev.structured.core.Timeouts;
import dev.structured.core.interop.Blocking;
import dev.structured.core.interop.FutureFailedException;
import dev.structured.core.interop.Futures;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Calls of libraries that have a cancel of their own. [ForeignCallsTest] runs the first two with H2.
final class ForeignCalls {
    private ForeignCalls() {}

    // @start region=jdbc
    static long count(Connection connection, String sql, Duration limit) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return Timeouts.failAfter(limit,
                    () -> Blocking.onCancel(statement::cancel, () -> first(statement.executeQuery(sql))));
        }
    }
    // @end

    // @start region=transaction
    static long change(DataSource database, String update, String query, Duration limit) throws SQLException {
        AtomicReference<@Nullable Statement> present = new AtomicReference<>();
        return Timeouts.failAfter(limit, () -> Blocking.onCancel(() -> cancel(present.get()), () -> {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                present.set(statement);
                connection.setAutoCommit(false);
                try {
                    statement.executeUpdate(update);
                    long count = first(statement.executeQuery(query));
                    connection.commit();
                    return count;
                } catch (Throwable failed) {
                    rollBack(connection, failed); // the close commits with some drivers
                    throw failed;
                }
            } // closes on the worker thread too
        }));
    }

    private static void cancel(@Nullable Statement statement) throws SQLException {
        if (statement != null) statement.cancel(); // null before the connection is open
    }

    private static void rollBack(Connection connection, Throwable because) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
    }
    // @end

    private static long first(ResultSet rows) throws SQLException {
        rows.next();
        return rows.getLong(1);
    }

    // @start region=socket
    static byte[] readAll(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        return Blocking.onCancel(socket::close, () -> in.readAllBytes());
    }
    // @end

    // @start region=future
    static String get(HttpClient client, HttpRequest request, Duration limit) throws IOException {
        try {
            HttpResponse<String> response = Timeouts.failAfter(limit,
                    () -> Futures.await(client.sendAsync(request, BodyHandlers.ofString())));
            return response.body();
        } catch (FutureFailedException e) {
            throw e.rethrow(IOException.class);
        }
    }
    // @end
}
