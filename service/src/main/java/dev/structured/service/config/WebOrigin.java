package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.Locale;
import java.util.regex.Pattern;

/// The origin of a web page (RFC 6454): scheme, host and port, as browsers send it in `Origin`.
///
/// @param text in lower case; `*` for any, `null` for a page that has none; a host may begin with `*.` for
///     its subdomains
public record WebOrigin(String text) {
    /// Any origin.
    public static final WebOrigin ANY = new WebOrigin("*");
    /// The origin of a page that has none, such as one in a sandbox or a file.
    public static final WebOrigin NULL = new WebOrigin("null");

    private static final Pattern WRITTEN = Pattern
            .compile("\\*|null|https?://(?:\\*\\.)?[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*(?::[0-9]{1,5})?"
                    + "|https?://\\[[0-9A-Fa-f:.]+\\](?::[0-9]{1,5})?");
    private static final Pattern USUAL_PORT = Pattern.compile("http://.*:80|https://.*:443");
    private static final String WILDCARD = "://*.";

    /// How origins are written.
    public static final ScalarType<WebOrigin> TYPE = ScalarType.text(WRITTEN.pattern(), WebOrigin::parse)
            .withPlaceholder(NULL).withPrinter(WebOrigin::text);

    private static WebOrigin parse(String text) throws InvalidValueException {
        String origin = text.toLowerCase(Locale.ROOT);
        if (!WRITTEN.matcher(origin).matches()) {
            throw new InvalidValueException(
                    "must be scheme and host, such as https://shop.example, without a path or a"
                            + " slash at its end; it is '" + text + "'");
        }
        if (USUAL_PORT.matcher(origin).matches()) {
            throw new InvalidValueException(origin.lastIndexOf(':'),
                    "has the usual port of its scheme, which browsers leave out; remove it");
        }
        return new WebOrigin(origin);
    }

    /// Returns true if a page's origin is this one, or one of those that it stands for.
    ///
    /// @param origin as a browser sends it
    boolean matches(String origin) {
        if (this.equals(ANY) || text.equals(origin)) return true;
        int wildcard = text.indexOf(WILDCARD);
        if (wildcard < 0) return false;
        String scheme = text.substring(0, wildcard + "://".length());
        String domain = text.substring(wildcard + WILDCARD.length() - 1);
        return origin.startsWith(scheme) && origin.endsWith(domain)
                && isSubdomain(origin, scheme.length(), origin.length() - domain.length());
    }

    /// Returns true if what stands between scheme and domain is one name or several, and nothing else.
    private static boolean isSubdomain(String origin, int from, int to) {
        if (to <= from) return false;
        return origin.substring(from, to).chars()
                .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'
                        || c == '.');
    }
}
