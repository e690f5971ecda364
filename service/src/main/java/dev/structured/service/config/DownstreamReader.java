package dev.structured.service.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Reads the `downstreams:` of a file.
final class DownstreamReader {
    private static final int MOST = 1_000;
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final String EXAMPLE = "http://host:port, or demo:NAME for an embedded demo";
    private static final URI NO_URL = URI.create("http://unknown.invalid");

    private DownstreamReader() {}

    static Map<String, DownstreamConfig> readAll(Value downstreams) {
        Map<String, DownstreamConfig> configs = new LinkedHashMap<>();
        downstreams.named("downstream", "", MOST)
                .forEach((name, value) -> configs.put(name, read(name, value)));
        return configs;
    }

    private static DownstreamConfig read(String name, Value value) {
        Section section = new Section(value, "url", "connectTimeout", "maxConnections", "maxQueued",
                "maxBody", "maxHeader");
        section.need("url", "add 'url: " + EXAMPLE + "'");
        return new DownstreamConfig(name,
                section.read("url", Rule.text(DownstreamReader::url), NO_URL),
                section.read("connectTimeout", Rule.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                        Duration.ofMillis(250)),
                section.read("maxConnections", Rule.number(1, 10_000), 64),
                section.read("maxQueued", Rule.number(0, 100_000), 256),
                section.read("maxBody", Rule.size(KIB, 64 * MIB), MIB),
                section.read("maxHeader", Rule.size(KIB, 256 * KIB), 16 * KIB));
    }

    private static URI url(String text) throws Rejected {
        URI uri = parse(text);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "demo" -> demo(uri);
            case "http" -> http(uri);
            case "https" -> throw new Rejected(
                    "must be an http:// URL: https is not supported yet; let a proxy nearby speak TLS");
            default -> throw new Rejected("must be " + EXAMPLE + "; it is '" + text + "'");
        };
    }

    private static URI parse(String text) throws Rejected {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new Rejected(Math.max(e.getIndex(), 0),
                    "must be " + EXAMPLE + "; it is '" + text + "' (" + e.getReason() + ")");
        }
    }

    private static URI demo(URI uri) throws Rejected {
        String name = uri.getSchemeSpecificPart();
        if (DownstreamConfig.DEMOS.contains(name)) return uri;
        throw new Rejected(
                "names the unknown demo '" + name + "'" + NearMiss.hint(name, DownstreamConfig.DEMOS)
                        + " (demos: " + String.join(", ", DownstreamConfig.DEMOS) + ")");
    }

    private static URI http(URI uri) throws Rejected {
        if (uri.getRawUserInfo() != null) {
            throw new Rejected("must not contain a user or password; remove what stands before the '@'");
        }
        if (uri.getHost() == null) {
            throw new Rejected(
                    "has no host that can be used (letters, digits, '-' and '.'); write " + EXAMPLE);
        }
        if (uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new Rejected("must have a port between 1 and 65535; it is " + uri.getPort());
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new Rejected("must not contain '?' or '#'; end it after the port");
        }
        if (!uri.getRawPath().isEmpty()) {
            throw new Rejected("must not have a path; remove '" + uri.getRawPath()
                    + "' and write it in the 'path' of the parts");
        }
        return uri;
    }
}
