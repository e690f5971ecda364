package dev.structured.service.server;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.HostPort;

/// Refuses requests of HTTP/2 whose `Host` is none. Jetty reads `:authority`, and the `Host` of HTTP/1.1, but
/// takes any text for the `Host` that may be sent instead of an `:authority`, and fails at some.
final class Http2Host implements HttpConfiguration.Customizer {
    @Override
    public Request customize(Request request, HttpFields.Mutable response) {
        for (HttpField field : request.getHeaders()) {
            if (field.getHeader() == HttpHeader.HOST && !isHost(field.getValue()))
                throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400);
        }
        return request;
    }

    private static boolean isHost(String text) {
        try {
            return new HostPort(text).hasHost();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
