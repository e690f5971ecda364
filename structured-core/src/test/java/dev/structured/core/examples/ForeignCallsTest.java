package dev.structured.core.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.core.TooSlowException;
import dev.structured.testing.StructuredTest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// The recipes of the cookbook for statements and transactions, with H2.
class ForeignCallsTest {
    private static final Duration LIMIT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String UPDATE = "INSERT INTO t VALUES (2)";
    private static final String COUNT = "SELECT COUNT(*) FROM t";
    private static final String ENDLESS = "SELECT SUM(A.X * B.X) FROM SYSTEM_RANGE(1, 100000000) A, "
            + "SYSTEM_RANGE(1, 100000000) B";

    @TempDir
    private Path directory;
    private final JdbcDataSource database = new JdbcDataSource();

    @BeforeEach
    void makeTable() throws SQLException {
        database.setURL("jdbc:h2:" + directory.resolve("h2"));
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (id INT)");
            statement.execute("INSERT INTO t VALUES (1)");
        }
    }

    private long rows() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return ForeignCalls.count(connection, COUNT, LONG);
        }
    }

    @StructuredTest(realTime = true)
    void statement_ends_at_its_limit() throws SQLException {
        try (Connection connection = database.getConnection()) {
            assertThrows(TooSlowException.class, () -> ForeignCalls.count(connection, ENDLESS, LIMIT));
            assertEquals(1, ForeignCalls.count(connection, COUNT, LONG));
        }
    }

    @StructuredTest(realTime = true)
    void transaction_happens_as_a_whole() throws SQLException {
        assertEquals(2, ForeignCalls.change(database, UPDATE, COUNT, LONG));
        assertEquals(2, rows());
    }

    @StructuredTest(realTime = true)
    void transaction_that_fails_or_takes_too_long_has_not_happened() throws SQLException {
        assertThrows(SQLException.class,
                () -> ForeignCalls.change(database, UPDATE, "SELECT nonsense FROM nowhere", LONG));
        assertEquals(1, rows());
        assertThrows(TooSlowException.class, () -> ForeignCalls.change(database, UPDATE, ENDLESS, LIMIT));
        assertEquals(1, rows());
    }
}
