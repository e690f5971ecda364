package dev.structured.load;

import io.gatling.javaapi.http.HttpDsl;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.net.URI;

/// The service under test, and the load. Each value can be set with `-D`.
final class Target {
    /// The public listener: `-DbaseUrl=http://127.0.0.1:8080`.
    static final String BASE_URL = loopback("baseUrl", "http://127.0.0.1:8080");
    /// The admin listener: `-DadminUrl=http://127.0.0.1:9090`.
    static final String ADMIN_URL = loopback("adminUrl", "http://127.0.0.1:9090");

    /// Refuses other machines: a load test sends its load to this machine only, and for a bounded time.
    private static final int MOST_SECONDS = 600;
    private static final int MOST_RATE = 5_000;

    private Target() {}

    static HttpProtocolBuilder http() {
        return HttpDsl.http.baseUrl(BASE_URL).acceptHeader("application/json").disableCaching()
                .shareConnections();
    }

    /// Returns the number of new requests a second: `-Drate=N`.
    static int rate(int otherwise) {
        return bounded("rate", otherwise, MOST_RATE);
    }

    /// Returns the number of seconds that requests are sent for: `-Dseconds=N`.
    static int seconds(int otherwise) {
        return bounded("seconds", otherwise, MOST_SECONDS);
    }

    private static int bounded(String name, int otherwise, int most) {
        int value = Integer.getInteger(name, otherwise);
        if (value < 1 || value > most) {
            throw new IllegalArgumentException("-D" + name + "=" + value + " must be from 1 to " + most);
        }
        return value;
    }

    private static String loopback(String name, String otherwise) {
        String url = System.getProperty(name, otherwise);
        String host = URI.create(url).getHost();
        if (!"localhost".equals(host) && !"127.0.0.1".equals(host) && !"[::1]".equals(host)) {
            throw new IllegalArgumentException(
                    "-D" + name + "=" + url + ": load goes to this machine only. Use localhost,"
                            + " 127.0.0.1 or [::1].");
        }
        return url;
    }
}
