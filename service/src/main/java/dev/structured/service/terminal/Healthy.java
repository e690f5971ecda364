package dev.structured.service.terminal;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.util.Map;

/// The health check of the container: asks an HTTP server of this machine how it is, and ends with exit
/// code 0 if the answer's status is 2xx. The variable `HEALTH` says whom and for what, as in `8080/health`;
/// without it, that is `/readyz` of the admin listener.
///
/// A JVM is started for each question, so this is a program of its own and uses few classes.
final class Healthy {
    private static final int MOST_MILLIS = 2_000;
    private static final String ADMIN_PORT = "9090";

    private Healthy() {}

    /// Asks, and prints the answer's status or why there is none; `docker inspect` shows it.
    static void main() {
        String answer = answer(asked(System.getenv()));
        System.out.println(answer);
        if (!isGood(answer)) System.exit(1);
    }

    /// Returns the port, a slash, and the path.
    static String asked(Map<String, String> environment) {
        String admin = environment.getOrDefault("ADMIN_PORT", ADMIN_PORT) + "/readyz";
        return environment.getOrDefault("HEALTH", admin);
    }

    static boolean isGood(String answer) {
        return answer.startsWith("2");
    }

    /// Returns the status that the server answers with, or why it does not.
    static String answer(String asked) {
        try {
            URLConnection connection = URI.create("http://127.0.0.1:" + asked).toURL().openConnection();
            connection.setConnectTimeout(MOST_MILLIS);
            connection.setReadTimeout(MOST_MILLIS);
            HttpURLConnection http = (HttpURLConnection) connection;
            http.setInstanceFollowRedirects(false);
            return String.valueOf(http.getResponseCode());
        } catch (IOException e) {
            return e.toString();
        } catch (RuntimeException e) {
            return "HEALTH is '" + asked + "'; it must be a port and a path, as in 8080/health.";
        }
    }
}
