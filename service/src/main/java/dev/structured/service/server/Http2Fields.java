package dev.structured.service.server;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// The fields that make the head of a request over HTTP/2 malformed (RFC 9113, 8.2.2): those of a connection
/// of HTTP/1.1, whose meaning the frames of HTTP/2 have taken over.
///
/// Jetty refuses `Connection` and most values of `TE`, and passes the others on. A proxy or downstream behind
/// it could take them for its own framing.
final class Http2Fields {
    private static final String PROXY_CONNECTION = "proxy-connection";

    private Http2Fields() {}

    /// Returns true if the head of a request has such a field.
    static boolean areMalformed(HttpFields fields) {
        return fields.contains(HttpHeader.TRANSFER_ENCODING) || fields.contains(HttpHeader.UPGRADE)
                || fields.contains(HttpHeader.KEEP_ALIVE) || fields.contains(HttpHeader.CONNECTION)
                || fields.contains(PROXY_CONNECTION);
    }
}
