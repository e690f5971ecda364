package dev.structured.scenario;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/// Debian's Chromium without a window, and what it says of the page that it shows.
final class Chromium implements AutoCloseable {
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    /// It warns that it has no classes for the protocol of this version of Chromium, and none is needed.
    private static final Logger PROTOCOL = Logger.getLogger("org.openqa.selenium.devtools.CdpVersionFinder");

    private final ChromeDriver driver;

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    /// The cost of a page since it was opened.
    ///
    /// @param thread seconds of CPU that its main thread has used, whatever for
    /// @param script those of them in scripts
    /// @param style those of them for styles
    /// @param layout those of them for the layout
    /// @param heap bytes of the heap of its scripts
    record Cost(double thread, double script, double style, double layout, double heap) {}

    /// Returns true if there is a browser on this machine.
    static boolean isThere() {
        return Files.isExecutable(DRIVER) && Files.isExecutable(CHROMIUM);
    }

    /// Starts a browser.
    static Chromium open() {
        PROTOCOL.setLevel(Level.SEVERE);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--window-size=1280,1000");
        return new Chromium(new ChromeDriver(new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile()).usingAnyFreePort().withSilent(true).build(),
                options));
    }

    /// Opens a page, whose cost is counted from here on.
    void go(String url) {
        driver.get(url);
        command("Performance.enable", Map.of("timeDomain", "threadTicks"));
    }

    /// Runs a script in the page and returns what it returns; null for nothing.
    @Nullable
    Object run(String script) {
        return driver.executeScript(script);
    }

    /// Returns what the page has cost.
    Cost cost() {
        Map<Object, Object> all = new HashMap<>();
        for (Object each : (List<?>) there(command("Performance.getMetrics", Map.of()), "metrics")) {
            Map<?, ?> metric = (Map<?, ?>) each;
            all.put(there(metric, "name"), there(metric, "value"));
        }
        return new Cost(number(all, "ThreadTime"), number(all, "ScriptDuration"),
                number(all, "RecalcStyleDuration"), number(all, "LayoutDuration"),
                number(all, "JSHeapUsedSize"));
    }

    private static double number(Map<?, ?> all, String name) {
        return ((Number) there(all, name)).doubleValue();
    }

    private static Object there(Map<?, ?> all, String name) {
        return Objects.requireNonNull(all.get(name), name);
    }

    /// Collects the garbage of the page, and returns the bytes of its heap.
    double heap() {
        command("HeapProfiler.collectGarbage", Map.of());
        return cost().heap;
    }

    private Map<String, Object> command(String name, Map<String, Object> parameters) {
        return driver.executeCdpCommand(name, parameters);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
