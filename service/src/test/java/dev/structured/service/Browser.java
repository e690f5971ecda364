package dev.structured.service;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/// Debian's Chromium without a window, driven by Selenium and the `chromedriver` of the same package.
/// Selenium's own search for browsers and drivers is not used: it would download what it misses.
public final class Browser implements AutoCloseable {
    /// The longest time until the page shows what is awaited.
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(40);
    /// Also of Selenium's own, such as whether an element is displayed; a busy machine takes its time.
    private static final Duration LONGEST_SCRIPT = Duration.ofMinutes(2);
    private static final Path PICTURES = Path.of(
            System.getProperty("maven.multiModuleProjectDirectory", ".."), "docs", "pictures");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Set<String> BARRIERS = Set.of("serious", "critical");
    /// It warns that it has no classes for the protocol of this version of Chromium, and none is needed.
    private static final Logger PROTOCOL = Logger.getLogger("org.openqa.selenium.devtools.CdpVersionFinder");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /// Returns true if there is a browser on this machine.
    public static boolean isThere() {
        return Files.isExecutable(DRIVER) && Files.isExecutable(CHROMIUM);
    }

    /// Starts a browser.
    public static Browser open() {
        PROTOCOL.setLevel(Level.SEVERE);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--hide-scrollbars", "--window-size=1280,1000");
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        options.setScriptTimeout(LONGEST_SCRIPT);
        return new Browser(new ChromeDriver(new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile()).usingAnyFreePort().withSilent(true).build(),
                options));
    }

    public void go(String url) {
        driver.get(url);
    }

    /// Runs a script in the page and returns what it returns, as Selenium has it: `String`, `Boolean`,
    /// `Long`, `Double`, `List`, `Map`; null for nothing.
    public Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /// Runs a script in the page and returns whether what it returns is `true`.
    public boolean is(String script, Object... arguments) {
        return Boolean.TRUE.equals(run(script, arguments));
    }

    /// Runs a script in the page that returns a whole number.
    public int number(String script) {
        return ((Long) Objects.requireNonNull(run(script), script)).intValue();
    }

    /// Returns the text of an element, shown or not.
    public String text(String selector) {
        return Objects.requireNonNull(find(selector).getDomProperty("textContent"), selector);
    }

    /// Returns the first element of a selector.
    public WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    /// Returns the elements of a selector.
    public List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /// Returns the links and buttons that are shown and have these words.
    public List<WebElement> clickable(String words) {
        return driver.findElements(By.xpath("//*[self::a or self::button][normalize-space()=\"" + words
                + "\"]")).stream().filter(WebElement::isDisplayed).toList();
    }

    /// Scrolls to an element as a person does, out of what stays at the top of the page, and clicks on it.
    public void click(WebElement element) {
        run("arguments[0].scrollIntoView({block: 'center'})", element);
        element.click();
    }

    /// Moves the pointer to an element, and so away from where it was.
    public void pointAt(WebElement element) {
        new Actions(driver).moveToElement(element).perform();
    }

    /// Waits until a script returns true.
    public void await(String what, String script) throws InterruptedException {
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (!is(script)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("In vain awaited: " + what + "; the page says:\n"
                        + driver.findElement(By.tagName("body")).getText());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /// Presses keys, wherever the focus is, even if what had it has just been removed.
    public void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    public void resize(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
    }

    /// Returns what keeps people from using the page, of what axe-core calls serious or critical.
    public List<String> barriers() {
        return new AxeBuilder().analyze(driver).getViolations().stream()
                .filter(each -> BARRIERS.contains(each.getImpact())).map(Browser::words).toList();
    }

    private static String words(Rule rule) {
        return rule.getId() + ": " + rule.getNodes().getFirst().getHtml();
    }

    /// Saves a picture of the page in `docs/pictures` if `-Dpictures.update=true` asks for it.
    ///
    /// @param name the name of the file, without its ending; may begin with a folder
    public void savePicture(String name) throws IOException {
        if (!Boolean.getBoolean("pictures.update")) return;
        Path file = PICTURES.resolve(name + ".png");
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    /// Waits, if pictures are made, until there is more to show than a test needs.
    public void awaitForPicture(String what, String condition) throws InterruptedException {
        if (Boolean.getBoolean("pictures.update")) await(what, condition);
    }

    /// Returns what the page has written to the console since the last call, and which of its requests
    /// failed.
    public List<LogEntry> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll();
    }

    /// Ends the browser and its driver.
    @Override
    public void close() {
        driver.quit();
    }
}
