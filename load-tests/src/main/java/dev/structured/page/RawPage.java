package dev.structured.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/// The page as written by hand: Javalin, a virtual thread for each part, Apache's classic client. It has no
/// protection: no deadline, no budget, no retry, no limit, no log. A program of its own, so that its CPU time
/// can be measured.
final class RawPage {
    private static final int MOST_CONNECTIONS = 512;
    private static final List<String> PARTS = List.of("a", "b", "c");

    private final ObjectMapper json = new ObjectMapper();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CloseableHttpClient client;
    private final String downstream;

    private RawPage(String downstream) {
        this.downstream = downstream;
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnTotal(MOST_CONNECTIONS).setMaxConnPerRoute(MOST_CONNECTIONS).build())
                .disableAutomaticRetries()
                .disableCookieManagement()
                .build();
    }

    /// Serves the page until the process is ended.
    ///
    /// @param arguments the URL of the downstream
    public static void main(String... arguments) {
        RawPage page = new RawPage(arguments[0]);
        Javalin app = Javalin.create(config -> {
            config.concurrency.useVirtualThreads = true;
            config.startup.showJavalinBanner = false;
            config.routes.get("/page/{id}", page::answer);
        }).start("127.0.0.1", 0);
        System.out.println("Pages: http://127.0.0.1:" + app.port() + " ");
    }

    private void answer(Context context) throws Exception {
        String id = context.pathParam("id");
        List<Future<JsonNode>> parts = new ArrayList<>();
        for (String part : PARTS) parts.add(threads.submit(() -> ask("/" + part + "/" + id)));
        ObjectNode page = json.createObjectNode();
        for (int i = 0; i < PARTS.size(); i++) page.set(PARTS.get(i), parts.get(i).get());
        byte[] answer = json.writeValueAsBytes(page);
        context.header("Content-Length", Integer.toString(answer.length)); // else a large one comes in chunks
        context.contentType("application/json").result(answer);
    }

    private JsonNode ask(String path) throws IOException {
        return client.execute(new HttpGet(downstream + path),
                answer -> json.readTree(EntityUtils.toByteArray(answer.getEntity())));
    }
}
