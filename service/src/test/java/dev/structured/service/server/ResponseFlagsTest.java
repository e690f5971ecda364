package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.edge.RequestRecord;
import dev.structured.service.edge.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseFlagsTest {
    private final RequestRecord request = new RequestRecord("GET", "http", null);

    private static PartFailure failure(String part, ErrorType type) {
        return new PartFailure(part, "downstream", type, null, "detail");
    }

    @ParameterizedTest
    @CsvSource({"CONNECT_REFUSED,UF", "CONNECT_TIMEOUT,UF", "TLS,UF", "DNS,DF", "RESET,UC", "INCOMPLETE,UC",
            "PROTOCOL,UPE", "INVALID_JSON,UPE", "BODY_TOO_LARGE,UPE", "TIMEOUT,UT", "DEADLINE_EXCEEDED,DT",
            "BUDGET_TOO_SMALL,DT", "LIMIT_EXCEEDED,UO", "CIRCUIT_OPEN,UH", "STATUS,''", "NOT_FOUND,''"})
    void missing_part_has_the_flag_of_its_reason(ErrorType type, String flags) {
        request.verdict(Verdict.partial(List.of(failure("a", type))));
        assertEquals(flags, ResponseFlags.of(request, 200));
    }

    @Test
    void each_flag_stands_once_in_the_order_of_the_parts() {
        request.verdict(
                Verdict.partial(List.of(failure("a", ErrorType.TIMEOUT), failure("b", ErrorType.STATUS),
                        failure("c", ErrorType.RESET), failure("d", ErrorType.TIMEOUT))));
        assertEquals("UT,UC", ResponseFlags.of(request, 200));
    }

    @Test
    void page_that_was_not_begun_has_the_flag_of_an_overload() {
        request.verdict(Verdict.OVERLOADED);
        assertEquals("OM", ResponseFlags.of(request, 503));
    }

    @Test
    void client_and_malformed_request_have_flags() {
        assertEquals("DPE", ResponseFlags.of(request, 400));
        request.verdict(Verdict.CLIENT_GONE);
        assertEquals("DC", ResponseFlags.of(request, 499));
        request.verdict(Verdict.CLIENT_SLOW);
        assertEquals("SI", ResponseFlags.of(request, 200));
        request.verdict(Verdict.COMPLETE);
        assertEquals("", ResponseFlags.of(request, 200));
    }
}
