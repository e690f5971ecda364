package dev.structured.page;

import dev.structured.core.Checkpoints;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// Somebody who looks at the page of the service, without a browser: reads the stream of ticks.
public final class LiveViewer {
    private LiveViewer() {}

    /// Reads until it is interrupted, or the service ends. Blocks.
    ///
    /// @param admin the address of the admin listener, as `http://address:port`
    public static void watch(String admin) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(admin + "/live")).build();
            try (InputStream ticks = client.send(request, HttpResponse.BodyHandlers.ofInputStream())
                    .body()) {
                ticks.skip(Long.MAX_VALUE);
            } catch (IOException e) {
                Checkpoints.checkCancelled(); // otherwise the service has ended, which is no error
            } finally {
                client.shutdownNow();
            }
        }
    }
}
