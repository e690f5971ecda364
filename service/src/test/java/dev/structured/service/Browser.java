package dev.structured.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A Chromium without a window, driven by `chromedriver` over the W3C's WebDriver protocol: the few commands
/// that the tests of the page need. (Selenium would add thirty jars to the tests, OpenTelemetry's SDK among
/// them.)
public final class Browser implements AutoCloseable {
    /// The code point of the key Tab in WebDriver.
    static final String TAB = "\uE004";
    static final String ENTER = "\uE007";
    static final String ESCAPE = "\uE00C";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /// The longest time until the page shows what is awaited.
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(40);
    private static final Path PICTURES = Path.of(
            System.getProperty("maven.multiModuleProjectDirectory", ".."), "docs", "pictures");
    private static final List<String> DRIVERS = List.of("/usr/bin/chromedriver",
            "/usr/local/bin/chromedriver");

    private final Process driver;
    private final String base;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String session;

    private Browser(Process driver, String base) throws IOException, InterruptedException {
        this.driver = driver;
        this.base = base;
        Map<String, Object> options = Map.of("args",
                List.of("--headless=new", "--no-sandbox", "--disable-gpu",
                        "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1280,1000"));
        Map<String, Object> wanted = Map.of("browserName", "chrome", "goog:chromeOptions", options,
                "goog:loggingPrefs", Map.of("browser", "ALL"));
        this.session = "/session/" + post("/session", Map.of("capabilities", Map.of("alwaysMatch", wanted)))
                .path("sessionId").asText();
    }

    /// Returns true if there is a browser on this machine.
    public static boolean isThere() {
        return DRIVERS.stream().anyMatch(each -> Files.isExecutable(Path.of(each)));
    }

    /// Starts a browser.
    public static Browser open() throws IOException, InterruptedException {
        String program = DRIVERS.stream().filter(each -> Files.isExecutable(Path.of(each))).findFirst()
                .orElseThrow();
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Process driver = new ProcessBuilder(program, "--port=" + port)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String base = "http://127.0.0.1:" + port;
        boolean begun = false;
        try {
            awaitReady(base);
            Browser browser = new Browser(driver, base);
            begun = true;
            return browser;
        } finally {
            if (!begun) driver.destroyForcibly();
        }
    }

    private static void awaitReady(String base) throws InterruptedException {
        HttpRequest status = HttpRequest.newBuilder(URI.create(base + "/status")).timeout(PATIENCE).build();
        for (int i = 0; i < 300; i++) {
            try (HttpClient once = HttpClient.newHttpClient()) {
                once.send(status, HttpResponse.BodyHandlers.discarding());
                return;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        throw new AssertionError("chromedriver does not listen");
    }

    private JsonNode post(String path, Object body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))).build();
        return value(http.send(request, HttpResponse.BodyHandlers.ofString()), path);
    }

    private static JsonNode value(HttpResponse<String> answer, String path) throws IOException {
        JsonNode value = JSON.readTree(answer.body()).path("value");
        if (answer.statusCode() == 200) return value;
        throw new AssertionError(path + ": " + value.path("message").asText());
    }

    public void go(String url) throws IOException, InterruptedException {
        post(session + "/url", Map.of("url", url));
    }

    /// Runs a script in the page and returns what it returns.
    public JsonNode run(String script, Object... args) throws IOException, InterruptedException {
        return post(session + "/execute/sync", Map.of("script", script, "args", List.of(args)));
    }

    /// Waits until a script returns true.
    public void await(String what, String script) throws IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (!run(script).asBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("In vain awaited: " + what + "; the page says:\n"
                        + run("return document.body.innerText").asText());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /// Runs a script that calls its last argument with its result.
    public JsonNode runAsync(String script) throws IOException, InterruptedException {
        return post(session + "/execute/async", Map.of("script", script, "args", List.of()));
    }

    /// Presses keys.
    public void press(String... keys) throws IOException, InterruptedException {
        List<Map<String, String>> strokes = new ArrayList<>();
        for (String key : keys) {
            strokes.add(Map.of("type", "keyDown", "value", key));
            strokes.add(Map.of("type", "keyUp", "value", key));
        }
        post(session + "/actions", Map.of("actions", List.of(Map.of("type", "key", "id", "keys", "actions",
                strokes))));
    }

    public void resize(int width, int height) throws IOException, InterruptedException {
        post(session + "/window/rect", Map.of("width", width, "height", height));
    }

    /// Saves a picture of the page in `docs/pictures` if `-Dpictures.update=true` asks for it.
    ///
    /// @param name the name of the file, without its ending; may begin with a folder
    public void savePicture(String name) throws IOException, InterruptedException {
        if (!Boolean.getBoolean("pictures.update")) return;
        Path file = PICTURES.resolve(name + ".png");
        Files.createDirectories(file.getParent());
        Files.write(file, picture());
    }

    private byte[] picture() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + session + "/screenshot"))
                .timeout(PATIENCE)
                .build();
        JsonNode value = value(http.send(request, HttpResponse.BodyHandlers.ofString()), "screenshot");
        return Base64.getDecoder().decode(value.asText());
    }

    /// Returns what the page has written to the console since the last call, and which of its requests
    /// failed.
    public JsonNode console() throws IOException, InterruptedException {
        return post(session + "/se/log", Map.of("type", "browser"));
    }

    /// Ends the browser and its driver. Does not wait for their end.
    @Override
    public void close() {
        List<ProcessHandle> all = driver.descendants().toList();
        driver.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        http.shutdownNow();
    }
}
