package dev.structured.service.check;

import dev.structured.service.config.BalanceConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.EjectionConfig;
import dev.structured.service.config.EndpointsConfig;
import dev.structured.service.config.HostAndPort;
import dev.structured.service.config.IpLiteral;
import dev.structured.service.config.TlsConfig;
import dev.structured.service.yaml.SourceMap;
import java.net.InetAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SNIHostName;

/// What must hold for where a downstream listens.
record EndpointChecks(DownstreamConfig downstream, SourceMap places) {
    private static final Set<String> PLACES = Set.of("url", "urls", "dns");

    void check() {
        String key = key();
        for (String unused : places.unused(downstream)) places.report(downstream, unused, why(unused, key));
        if (downstream.endpoints() instanceof EndpointsConfig.Listed(List<URI> urls, BalanceConfig _)
                && places.isSound(downstream, "urls")) {
            checkSchemes(urls);
            checkDifferent(urls);
        }
        BalanceConfig balance = downstream.endpoints().balance();
        if (balance != null) check(balance.ejection());
        if (!places.isSound(downstream, key)) return;
        if (downstream.tls() != null) checkScheme(key, "tls", "is for", "https");
        if (downstream.tls() == null || places.isSound(downstream.tls())) checkNames(key);
        if (places.isSound(downstream, "protocol")) checkProtocol(key);
    }

    private String key() {
        return switch (downstream.endpoints()) {
            case EndpointsConfig.Listed _ -> "urls";
            case EndpointsConfig.Resolved _ -> "dns";
            case EndpointsConfig.Single _ -> "url";
        };
    }

    private static String why(String unused, String key) {
        if (PLACES.contains(unused)) {
            return "cannot stand beside '" + key
                    + "': a downstream has one of 'url', 'urls' and 'dns'; remove "
                    + "one of them";
        }
        return unused.equals("refresh")
                ? "is for a downstream with 'dns'; remove it"
                : "has no effect: a downstream with one 'url' has no other endpoint to ask; write 'urls' or "
                        + "'dns' instead, or remove it";
    }

    private void checkSchemes(List<URI> urls) {
        String first = scheme(urls.getFirst());
        for (URI url : urls) {
            if (scheme(url).equals(first)) continue;
            places.report(downstream, "urls", "must all begin with the same scheme, but there are '" + first
                    + ":' and '" + scheme(url) + ":'");
            return;
        }
    }

    /// The same endpoint may be written in two ways, and would then get twice its share.
    private void checkDifferent(List<URI> urls) {
        Map<String, URI> known = new HashMap<>();
        for (URI url : urls) {
            URI before = known.putIfAbsent(normal(url), url);
            if (before == null || scheme(url).equals("demo")) continue;
            places.report(downstream, "urls", "names the same endpoint twice: '" + before + "' and '" + url
                    + "'; remove one of them");
            return;
        }
    }

    private static String normal(URI url) {
        HostAndPort place = HostAndPort.of(url);
        if (place == null) return url.toString();
        int port = place.port() >= 0 ? place.port() : scheme(url).equals("https") ? 443 : 80;
        String path = url.getRawPath();
        return normal(place.host()) + ":" + port
                + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    /// An address of IPv6 may be written in several ways.
    private static String normal(String host) {
        InetAddress address = IpLiteral.parse(HostAndPort.withoutBrackets(host));
        return address == null ? host.toLowerCase(Locale.ROOT) : address.getHostAddress();
    }

    private static String scheme(URI url) {
        return url.getScheme().toLowerCase(Locale.ROOT);
    }

    private void check(EjectionConfig ejection) {
        if (!places.isSound(ejection, "base", "max") || ejection.base().compareTo(ejection.max()) <= 0)
            return;
        places.report(ejection, places.has(ejection, "base") ? "base" : "max",
                "makes the first ejection longer than the longest: 'base' is " + ejection.base().toMillis()
                        + "ms, 'max' is " + ejection.max().toMillis() + "ms; 'base' must be at most 'max'");
    }

    /// A certificate cannot be for such a name, so that each call would fail.
    private void checkNames(String key) {
        TlsConfig tls = downstream.tls();
        String name = tls == null ? null : tls.serverName();
        if (tls != null && name != null) {
            if (!isVerifiable(name))
                places.report(tls, "serverName", "is '" + name + "', for which there can be no certificate; "
                        + "write the name that the downstream's certificate has");
            return;
        }
        for (URI url : downstream.endpoints().urls()) {
            HostAndPort place = scheme(url).equals("https") ? HostAndPort.of(url) : null;
            if (place == null || isVerifiable(HostAndPort.withoutBrackets(place.host()))) continue;
            places.report(downstream, key, "has the host '" + place.host()
                    + "', for which there can be no certificate; write the name that the downstream's has: "
                    + "'tls: {serverName: NAME}'");
            return;
        }
    }

    /// The rule of the JDK's TLS: letters, digits and hyphens, or an address.
    private static boolean isVerifiable(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        try {
            InetAddress.ofLiteral(name);
            return true;
        } catch (IllegalArgumentException _) {
            // It is a name.
        }
        try {
            return !new SNIHostName(name).getAsciiName().isEmpty();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private void checkProtocol(String key) {
        String what = "is '" + downstream.protocol().token() + "', which is for";
        switch (downstream.protocol()) {
            case H2 -> checkScheme(key, "protocol", what, "https");
            case H2C -> checkScheme(key, "protocol", what, "http");
            default -> {
                // Any will do.
            }
        }
    }

    private void checkScheme(String key, String option, String what, String needed) {
        for (URI url : downstream.endpoints().urls()) {
            if (scheme(url).equals(needed)) continue;
            places.report(downstream, option, what + " a downstream whose '" + key + "' begins with " + needed
                    + "://; it begins with '" + url.getScheme() + ":'");
            return;
        }
    }
}
