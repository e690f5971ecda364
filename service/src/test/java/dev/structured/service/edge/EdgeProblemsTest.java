package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.aggregate.ErrorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EdgeProblemsTest {
    /// The names are those that a page's required part has for the same failure.
    @ParameterizedTest
    @CsvSource({"DEADLINE_EXCEEDED, deadline-exceeded, 504", "CONNECT_TIMEOUT, deadline-exceeded, 504",
            "LIMIT_EXCEEDED, upstream-busy, 503", "DESCRIPTORS, out-of-descriptors, 503",
            "MEMORY, out-of-memory, 503", "CIRCUIT_OPEN, upstream-unavailable, 503",
            "RESET, upstream-error, 502"})
    void problem_of_a_request_that_is_not_passed_on_names_its_cause(ErrorType type, String name, int status) {
        ProblemDetails problem = EdgeProblems.notPassedOn(type);
        assertEquals(name, problem.name());
        assertEquals(status, problem.status());
    }
}
