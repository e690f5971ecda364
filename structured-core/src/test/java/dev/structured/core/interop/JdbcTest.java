package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Body;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Cleanup;
import dev.structured.core.Nursery;
import dev.structured.core.ScopeResult;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import dev.structured.core.TooSlowException;
import dev.structured.testing.StructuredTest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Statements of two embedded databases, stopped by `Statement.cancel` and not by an interrupt. Each endless
/// statement would make its test hang if it were not cancelled.
class JdbcTest {
    private static final Duration LIMIT = Duration.ofMillis(100);
    private static final String ENDLESS_IN_H2 = "SELECT SUM(A.X * B.X) FROM SYSTEM_RANGE(1, 100000000) A, "
            + "SYSTEM_RANGE(1, 100000000) B";
    private static final String ENDLESS_IN_SQLITE = "WITH RECURSIVE c(x) AS "
            + "(SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT COUNT(*) FROM c";

    @TempDir
    private Path directory;

    private Connection h2() throws SQLException {
        return DriverManager.getConnection("jdbc:h2:" + directory.resolve("h2") + ";CACHE_SIZE=16", "sa",
                "");
    }

    private Connection sqlite() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("sqlite.db"));
    }

    private static long query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return Blocking.onCancel(statement::cancel, () -> first(statement.executeQuery(sql)));
        }
    }

    private static long first(ResultSet rows) throws SQLException {
        assertTrue(rows.next());
        return rows.getLong(1);
    }

    private static void makeTable(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (id INT)");
            statement.execute("INSERT INTO t VALUES (1), (2), (3)");
        }
    }

    @StructuredTest(realTime = true)
    void statement_of_H2_ends_at_its_limit_and_the_connection_goes_on() throws SQLException {
        try (Connection connection = h2()) {
            makeTable(connection);
            assertThrows(TooSlowException.class,
                    () -> Timeouts.failAfter(LIMIT, () -> query(connection, ENDLESS_IN_H2)));
            assertEquals(3, query(connection, "SELECT COUNT(*) FROM t"));
        }
    }

    @StructuredTest(realTime = true)
    void statement_of_SQLite_ends_at_its_limit_and_the_connection_goes_on() throws SQLException {
        try (Connection connection = sqlite()) {
            makeTable(connection);
            assertThrows(TooSlowException.class,
                    () -> Timeouts.failAfter(LIMIT, () -> query(connection, ENDLESS_IN_SQLITE)));
            assertEquals(3, query(connection, "SELECT COUNT(*) FROM t"));
        }
    }

    /// An interrupt would close the file channel of the database, which all connections share.
    @StructuredTest(realTime = true)
    void bystander_of_a_cancelled_statement_is_not_disturbed() throws Exception {
        try (Connection connection = h2(); Connection other = h2()) {
            makeTable(connection);
            long rows = Nursery.call(nursery -> {
                Task<Boolean> slow = nursery.startSoon("slow",
                        () -> Timeouts.moveOnAfter(LIMIT, () -> query(connection, ENDLESS_IN_H2))
                                .isCancelled());
                Task<Long> bystander = nursery.startSoon("bystander", () -> {
                    long sum = 0;
                    while (!slow.isDone())
                        sum += query(other, "SELECT COUNT(*) FROM t");
                    return sum + query(other, "SELECT COUNT(*) FROM t");
                });
                assertTrue(slow.await());
                return bystander.await();
            });
            assertTrue(rows >= 3 && rows % 3 == 0, () -> rows + " rows");
        }
    }

    /// The rollback at the close of the connection reads the file that all connections share.
    @StructuredTest(realTime = true)
    void bystander_of_a_cancelled_transaction_is_not_disturbed() throws SQLException {
        try (Connection other = h2()) {
            makeLargeTable(other);
            for (Body<SQLException> transaction : List.<Body<SQLException>>of(this::transactionOnAWorker,
                    this::transactionWithACleanup)) {
                request = new CancelScope("request");
                request.run(transaction);
                assertTrue(request.absorbedCancellation());
                assertEquals(2_000, query(other, "SELECT COUNT(*) FROM large WHERE text LIKE 'old%'"));
            }
        }
    }

    private CancelScope request = new CancelScope("request");

    private void transactionOnAWorker() throws SQLException {
        AtomicReference<Statement> present = new AtomicReference<>();
        Blocking.onCancel(() -> present.get().cancel(), () -> {
            try (Connection connection = h2(); Statement statement = connection.createStatement()) {
                present.set(statement);
                changeLargeTable(connection);
                first(statement.executeQuery(ENDLESS_IN_H2));
            }
        });
    }

    private void transactionWithACleanup() throws SQLException {
        Connection connection = Blocking.call(this::h2);
        try {
            Blocking.run(() -> changeLargeTable(connection));
            query(connection, ENDLESS_IN_H2);
        } finally {
            Cleanup.run(Duration.ofMinutes(1), () -> Blocking.run(connection::close));
        }
    }

    private static void makeLargeTable(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE large (id INT PRIMARY KEY, text VARCHAR(5000))");
            statement.execute(
                    "INSERT INTO large SELECT X, 'old' || REPEAT('a', 3000) FROM SYSTEM_RANGE(1, 2000)");
        }
    }

    private void changeLargeTable(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("UPDATE large SET text = 'new' || REPEAT('b', 3000)");
        }
        request.cancel();
    }

    @StructuredTest(realTime = true)
    void error_of_the_cancelled_driver_does_not_come_out() throws SQLException {
        try (Connection connection = h2()) {
            Throwable[] seen = new Throwable[1];
            ScopeResult<Long> result = Timeouts.moveOnAfter(LIMIT, () -> {
                try {
                    return query(connection, ENDLESS_IN_H2);
                } catch (Cancelled cancelled) {
                    seen[0] = cancelled;
                    throw cancelled;
                }
            });
            assertTrue(result.isCancelled());
            assertEquals(0, seen[0].getSuppressed().length);
        }
    }

    @StructuredTest
    void error_of_the_driver_itself_is_thrown() throws SQLException {
        try (Connection connection = h2()) {
            assertThrows(SQLException.class, () -> query(connection, "SELECT nonsense FROM nowhere"));
        }
    }

    /// Without a run the methods refuse, and nothing is executed.
    @Test
    void outside_a_run_it_is_refused() throws SQLException {
        try (Connection connection = h2()) {
            assertThrows(IllegalStateException.class, () -> query(connection, "SELECT 1"));
        }
    }
}
