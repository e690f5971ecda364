package dev.structured.service.commands;

import dev.structured.service.config.ApplicationProtocol;
import dev.structured.service.config.DeadlineHeader;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Encoding;
import dev.structured.service.config.EndpointsConfig;
import dev.structured.service.config.SendConfig;
import dev.structured.service.config.TlsConfig;
import dev.structured.service.yaml.ValueType;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// Explains how a downstream is reached, which headers calls add, and how much of its answers is read. Paths
/// of URLs and values of headers may be secrets, so they are not shown.
final class ConnectionText {
    private final DownstreamConfig downstream;
    private final boolean tls;

    private ConnectionText(DownstreamConfig downstream) {
        this.downstream = downstream;
        this.tls = downstream.endpoints().urls().stream()
                .anyMatch(url -> "https".equalsIgnoreCase(url.getScheme()));
    }

    /// Returns the lines, without a margin.
    static List<String> of(DownstreamConfig downstream) {
        return new ConnectionText(downstream).lines();
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(place() + ", by " + protocol());
        if (tls) lines.add(trust(downstream.tls() == null ? TlsConfig.DEFAULT : downstream.tls()));
        lines.add("opens a connection within " + Words.time(downstream.connectTimeout()) + ", at most "
                + downstream.maxOpens() + " in a second, and uses it for up to "
                + Words.time(downstream.maxAge()));
        String fields = Words.list(sent(downstream.send()));
        if (!fields.isEmpty()) lines.add("sends " + fields);
        if (!downstream.deadlineHeaders().isEmpty()) {
            List<String> by = downstream.deadlineHeaders().stream().map(DeadlineHeader::headerName).toList();
            lines.add("tells the time left, less " + Words.time(downstream.deadlineMargin()) + ", by "
                    + Words.list(by));
        }
        lines.add("reads answers of up to " + Words.size(downstream.maxBodyBytes()) + ", heads of up to "
                + Words.size(downstream.maxHeaderBytes()) + encodings());
        return lines;
    }

    private String place() {
        return switch (downstream.endpoints()) {
            case EndpointsConfig.Single(URI url) -> "at " + text(url);
            case EndpointsConfig.Listed listed ->
                "at " + Words.list(listed.urls().stream().map(ConnectionText::text).toList());
            case EndpointsConfig.Resolved resolved -> "at each address of " + text(resolved.dns())
                    + ", looked up every " + Words.time(resolved.refresh());
        };
    }

    private static String text(URI url) {
        if (url.isOpaque()) return url.toString();
        String path = url.getRawPath();
        return url.getScheme() + "://" + url.getRawAuthority()
                + (path.isEmpty() || path.equals("/") ? "" : "/" + ValueType.HIDDEN);
    }

    private String protocol() {
        return switch (downstream.protocol()) {
            case AUTO -> tls ? "HTTP/2 or HTTP/1.1, as TLS agrees" : protocol(ApplicationProtocol.HTTP_1_1);
            case HTTP_1_1, H2, H2C -> protocol(downstream.protocol());
        };
    }

    private static String protocol(ApplicationProtocol protocol) {
        return protocol == ApplicationProtocol.HTTP_1_1 ? "HTTP/1.1" : "HTTP/2";
    }

    private static String trust(TlsConfig tls) {
        String name = tls.serverName();
        return "trusts " + (tls.ca() == null ? "the JVM's authorities" : "the authorities of " + tls.ca())
                + (name == null ? "" : "; its certificate must be for " + name)
                + (tls.certificate() == null
                        ? ""
                        : "; shows the certificate of " + tls.certificate() + ", with the key of "
                                + tls.key());
    }

    private List<String> sent(SendConfig send) {
        List<String> fields = new ArrayList<>();
        switch (send.trace()) {
            case OFF -> {
                // none
            }
            case PASS -> fields.add("the client's trace");
            case START -> fields.add("the client's trace or a new one");
        }
        switch (send.forwarded()) {
            case OFF -> {
                // none
            }
            case FORWARDED -> fields.add("Forwarded");
            case X_FORWARDED -> fields.add("X-Forwarded-For, -Host and -Proto");
        }
        if (send.via()) fields.add("Via");
        if (send.priority()) fields.add("Priority");
        if (send.userAgent()) fields.add("User-Agent");
        fields.addAll(downstream.headers().keySet());
        return fields;
    }

    private String encodings() {
        if (downstream.encodings().isEmpty()) return "";
        return ", asks for " + Words.list(downstream.encodings().stream().map(Encoding::label).toList());
    }
}
