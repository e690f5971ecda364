package dev.structured.service.edge;

import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.PartFailure;
import java.util.List;
import java.util.stream.Collectors;

/// The header `Proxy-Status`, which says how calls to downstreams failed (RFC 9209).
final class ProxyStatus {
    static final String HEADER = "Proxy-Status";

    /// The name of this service in the header.
    private static final String SERVICE = "structured-service";

    private ProxyStatus() {}

    /// Returns the value of the header, with one member for each failure.
    static String of(List<PartFailure> failures) {
        return failures.stream().map(ProxyStatus::of).collect(Collectors.joining(", "));
    }

    private static String of(PartFailure failure) {
        Integer status = failure.status();
        String downstream = failure.downstream();
        // RFC 9209 has no error for an answer with an error status: the received status says it.
        boolean answered = status != null
                && (failure.type() == ErrorType.STATUS || failure.type() == ErrorType.NOT_FOUND);
        return SERVICE + (answered ? "" : "; error=" + failure.type().proxyStatus())
                + (downstream == null ? "" : "; next-hop=" + StructuredField.string(downstream))
                + (status == null ? "" : "; received-status=" + status);
    }
}
