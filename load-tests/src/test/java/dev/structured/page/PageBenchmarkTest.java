package dev.structured.page;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;

class PageBenchmarkTest {
    /// A page that fails, or that cannot be read, ends the benchmark with an exception.
    @Test
    void pages_of_large_parts_are_measured_for_every_program() {
        assertDoesNotThrow(() -> PageBenchmark.main("rounds=1", "pages=20", "warm=20", "single=5",
                "connections=2", "body=100000"));
    }
}
