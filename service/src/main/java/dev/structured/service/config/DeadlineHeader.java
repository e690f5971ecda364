package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;
import java.util.Locale;

/// A header that tells the time left, as a length of time. It is read from trusted clients and sent to
/// downstreams.
public enum DeadlineHeader {
    /// Milliseconds, as a whole number.
    X_REQUEST_TIMEOUT,
    /// gRPC's: a number of at most 8 digits and a unit, `250m` for 250 milliseconds.
    GRPC_TIMEOUT,
    /// Envoy's, in milliseconds: the caller's limit for the whole request.
    X_ENVOY_EXPECTED_RQ_TIMEOUT_MS,
    /// Envoy's, in milliseconds: the time limit that a client asks a proxy for.
    X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS;

    /// The type of such headers.
    public static final ChoiceType<DeadlineHeader> TYPE = ChoiceType.of(DeadlineHeader.class,
            DeadlineHeader::headerName);

    /// Returns the header's name, in lower case.
    public String headerName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
