package dev.structured.service.edge;

import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.PartFailure;
import java.util.List;
import java.util.stream.Collectors;

/// The header by which a service that asks others says what went wrong there (RFC 9209).
final class ProxyStatus {
    static final String HEADER = "Proxy-Status";

    /// How the service names itself.
    private static final String SERVICE = "structured-service";

    private ProxyStatus() {}

    /// Returns its value: one member for each failure.
    static String of(List<PartFailure> failures) {
        return failures.stream().map(ProxyStatus::of).collect(Collectors.joining(", "));
    }

    private static String of(PartFailure failure) {
        Integer status = failure.status();
        String downstream = failure.downstream();
        // None of the errors that RFC 9209 lists is "it answered, with that status": then the status says it
        // all.
        boolean answered = status != null
                && (failure.type() == ErrorType.STATUS || failure.type() == ErrorType.NOT_FOUND);
        return SERVICE + (answered ? "" : "; error=" + failure.type().proxyStatus())
                + (downstream == null ? "" : "; next-hop=" + StructuredField.string(downstream))
                + (status == null ? "" : "; received-status=" + status);
    }
}
