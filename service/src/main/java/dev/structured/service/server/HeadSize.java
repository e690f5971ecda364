package dev.structured.service.server;

import java.util.Map;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/// Refuses requests of HTTP/2 with too large a head, one by one.
///
/// Jetty closes the whole connection when a head is larger than it decodes, since the tables of the two sides
/// no longer agree. The connection of a balancer has requests of many clients on it, so heads that are up to
/// eight times as large as allowed are decoded, and refused here.
///
/// @param most the largest size in bytes, as RFC 9113 counts them (6.5.2)
record HeadSize(int most) implements HttpConfiguration.Customizer {
    private static final int DECODED = 8;
    private static final int FIELD_BYTES = 32;

    /// Returns a configuration for HTTP/2 that is otherwise the same.
    static HttpConfiguration of(HttpConfiguration http) {
        HttpConfiguration larger = new HttpConfiguration(http);
        larger.setRequestHeaderSize(DECODED * http.getRequestHeaderSize());
        larger.addCustomizer(new HeadSize(http.getRequestHeaderSize()));
        return larger;
    }

    /// Returns the settings for clients, without a size: Jetty decodes no more than it announces, and
    /// announcing more than is allowed would mislead.
    static Map<Integer, Integer> settings(Map<Integer, Integer> jettys) {
        jettys.remove(SettingsFrame.MAX_HEADER_LIST_SIZE);
        return jettys;
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable response) {
        int line = request.getHttpURI().toString().length();
        if (line > most) throw new HttpException.RuntimeException(HttpStatus.URI_TOO_LONG_414);
        long all = line;
        for (HttpField field : request.getHeaders())
            all += field.getName().length() + valueLength(field) + FIELD_BYTES;
        if (all > most)
            throw new HttpException.RuntimeException(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431);
        return request;
    }

    private static int valueLength(HttpField field) {
        return field.getValue() == null ? 0 : field.getValue().length();
    }
}
