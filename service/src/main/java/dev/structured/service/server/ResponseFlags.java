package dev.structured.service.server;

import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.edge.RequestRecord;
import dev.structured.service.edge.Verdict;
import java.util.LinkedHashSet;
import java.util.Set;

/// The failures of a request, in the short words of Envoy's access log (`%RESPONSE_FLAGS%`), so that tools
/// for those can read this log.
final class ResponseFlags {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int MISDIRECTED = 421;
    private static final int TOO_MANY_REQUESTS = 429;

    private ResponseFlags() {}

    /// Returns the flags with commas, without repetitions; empty if no failure has one.
    static String of(RequestRecord request, int status) {
        Verdict verdict = request.verdict();
        String own = own(request, status);
        if (verdict.parts().isEmpty()) return own;
        Set<String> flags = new LinkedHashSet<>();
        flags.add(own);
        for (PartFailure part : verdict.parts()) flags.add(of(part.type()));
        flags.remove("");
        return String.join(",", flags);
    }

    private static String own(RequestRecord request, int status) {
        return switch (request.verdict().outcome()) {
            case "client_gone" -> "DC";
            case "client_slow" -> "SI";
            case "overloaded" -> "OM";
            case "refused" -> request.malformed() ? "DPE" : refused(request, status);
            default -> "";
        };
    }

    private static String refused(RequestRecord request, int status) {
        return switch (status) {
            case UNAUTHORIZED, FORBIDDEN -> "UAEX";
            case TOO_MANY_REQUESTS -> "RL";
            case NOT_FOUND, MISDIRECTED -> request.route() == null ? "NR" : "";
            default -> "";
        };
    }

    private static String of(ErrorType type) {
        return switch (type) {
            case CONNECT_REFUSED, CONNECT_TIMEOUT, TLS -> "UF";
            case DNS -> "DF";
            case RESET, INCOMPLETE -> "UC";
            case PROTOCOL, HEADERS_TOO_LARGE, BODY_TOO_LARGE, CONTENT_CODING, INVALID_JSON -> "UPE";
            case TIMEOUT -> "UT";
            case DEADLINE_EXCEEDED, BUDGET_TOO_SMALL -> "DT";
            case LIMIT_EXCEEDED, DESCRIPTORS, MEMORY -> "UO";
            case CIRCUIT_OPEN -> "UH";
            case STATUS, NOT_FOUND, UNUSABLE_ANSWER, TOO_MANY_ELEMENTS, ELEMENTS_MISSING, QUORUM, NOT_NEEDED,
                    MISSING_VALUE, BAD_PARAMETER, CALL_TOO_LARGE ->
                "";
        };
    }
}
