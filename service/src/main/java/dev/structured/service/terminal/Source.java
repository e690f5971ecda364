package dev.structured.service.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The admin listener whose data is shown. Messages of its failures name the remedy.
///
/// @param url the address of the listener, without a path
/// @param token the token that it may need; null for none. Never shown
public record Source(URI url, @Nullable String token) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_BYTES = 16 << 20;
    private static final String PATH = "/live/now";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /// Returns the present state, as a tick of the page. Blocks for a few seconds at most.
    JsonNode now() throws TerminalException {
        try {
            HttpURLConnection connection = (HttpURLConnection) url.resolve(PATH).toURL().openConnection();
            connection.setConnectTimeout((int) PATIENCE.toMillis());
            connection.setReadTimeout((int) PATIENCE.toMillis());
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            if (token != null) connection.setRequestProperty("Authorization", "Bearer " + token);
            int status = connection.getResponseCode();
            if (status != 200) throw new TerminalException(refused(status));
            try (InputStream in = connection.getInputStream()) {
                return tick(in.readNBytes(MOST_BYTES));
            }
        } catch (ConnectException e) {
            throw new TerminalException("Nothing listens at " + url + ". Is the service running? Its admin "
                    + "listener is the line 'Admin:' that it prints; give that address, as in 'top "
                    + "http://127.0.0.1:9090'.");
        } catch (UnknownHostException e) {
            throw new TerminalException("There is no host '" + url.getHost() + "'.");
        } catch (SocketTimeoutException e) {
            throw new TerminalException(url + " did not answer within " + PATIENCE.toSeconds() + " s.");
        } catch (IOException e) {
            throw new TerminalException(url + " cannot be asked: " + e.getMessage() + ".");
        }
    }

    private JsonNode tick(byte[] body) throws IOException, TerminalException {
        JsonNode tick;
        try {
            tick = MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            tick = null;
        }
        if (tick != null && tick.path("where").has("total")) return tick;
        throw new TerminalException(url + " answers, but is no admin listener of this service.");
    }

    private String refused(int status) {
        return switch (status) {
            case 401 -> token == null
                    ? "The admin listener at " + url + " needs its token: put it into the environment as "
                            + "ADMIN_TOKEN, or its file as ADMIN_TOKEN_FILE."
                    : "The admin listener at " + url + " does not accept the token in ADMIN_TOKEN or "
                            + "ADMIN_TOKEN_FILE.";
            case 404 -> url + " has no " + PATH + ": it may be the listener of the pages (the admin listener "
                    + "has another port), or record nothing ('admin: {record: false}').";
            case 421 -> "The admin listener does not know the name '" + url.getHost()
                    + "'; start the service with --admin-hosts " + url.getHost() + ".";
            case 503 -> "The admin listener at " + url + " has too many readers now; try again.";
            default -> url + " answered with status " + status + ".";
        };
    }

    /// Returns the address, without the token.
    @Override
    public String toString() {
        return url.toString();
    }
}
