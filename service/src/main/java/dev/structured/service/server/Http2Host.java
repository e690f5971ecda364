package dev.structured.service.server;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.HostPort;

/// Refuses requests over HTTP/2 that name no host, or whose `Host` is none. A client that has no `:authority`
/// to send may send `Host` (RFC 9113, 8.3.1). Jetty reads `:authority`, and the `Host` of HTTP/1.1, but takes
/// any text for that `Host`, and fails at some.
final class Http2Host implements HttpConfiguration.Customizer {
    @Override
    public Request customize(Request request, HttpFields.Mutable response) {
        String authority = request.getHttpURI().getHost();
        boolean named = authority == null
                ? request.getHeaders().contains(HttpHeader.HOST)
                : !authority.isEmpty();
        if (!named) throw malformed();
        for (HttpField field : request.getHeaders()) {
            if (field.getHeader() == HttpHeader.HOST && !isHost(field.getValue())) throw malformed();
        }
        return request;
    }

    private static HttpException.RuntimeException malformed() {
        return new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400);
    }

    private static boolean isHost(String text) {
        try {
            return new HostPort(text).hasHost();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
