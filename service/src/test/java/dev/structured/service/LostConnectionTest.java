package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/// What the page says in a real browser when it cannot show or do something: the service has gone, the
/// connection is silent, there are too many viewers, there is nothing yet, nothing may be changed, a token is
/// needed. Each says what is so and what to do. Left out where there is no Chromium.
class LostConnectionTest {
    private static final String STATE = "document.querySelector('#state').textContent";
    private static final String LIVE = "return " + STATE + " === 'live'";
    @TempDir
    private static Path directory;

    private static Browser browser;

    @BeforeAll
    static void open() {
        Assumptions.assumeTrue(Browser.isThere(), "LEFT OUT: there is no chromium and chromium-driver on "
                + "this machine (Debian: apt-get install chromium chromium-driver)");
        browser = Browser.open();
    }

    @AfterAll
    static void close() {
        if (browser != null) browser.close();
    }

    private static void look(String admin) throws InterruptedException {
        browser.resize(1280, 900);
        browser.go(admin + "/ui/?" + System.nanoTime() + "#/");
        browser.await("the first tick", LIVE);
    }

    private static String state() {
        return browser.text("#state");
    }

    @Test
    void page_outlives_the_service_and_shows_the_next_one() throws Exception {
        Map<String, String> port = Map.of("ADMIN_PORT", Integer.toString(FreePort.any()));
        String admin;
        try (Program first = Program.serving(directory, port)) {
            admin = first.admin();
            look(admin);
            click("10");
            browser.await("rows", "return document.querySelectorAll('#rows tbody tr').length > 5");
            first.terminate();
            first.exitCode();
        }
        browser.await("the loss and its age",
                "return /^No news for ([3-9]|\\d\\d+) s: .*does not answer/.test(" + STATE + ")");
        String said = state();
        assertTrue(
                said.matches("No news for \\d+ s: what you see is old\\. The service does not answer: look "
                        + "whether it runs\\. This page tries again by itself\\."),
                said);
        assertGrey(true);
        assertTrue(browser.all("#rows tbody tr").size() > 5, "what was there last");
        for (String theme : List.of("dark", "light")) {
            browser.run("document.documentElement.dataset.theme = arguments[0]", theme);
            assertEquals(List.of(), browser.barriers(), theme);
        }
        browser.run("document.activeElement.blur(); scrollTo(0, 0)");
        browser.savePicture("lost");
        browser.await("its age grows",
                "return !" + STATE + ".startsWith('" + said.substring(0, said.indexOf(':')) + "')");
        try (Program second = Program.serving(directory, port)) {
            assertEquals(admin, second.admin());
            browser.await("the next service", LIVE);
            assertGrey(false);
            browser.await("its requests, of which there are none",
                    "return document.querySelectorAll('#rows tbody tr').length === 0");
        }
    }

    private static void assertGrey(boolean grey) {
        assertEquals(grey, browser.is("return getComputedStyle(document.querySelector('main')).filter"
                + ".includes('grayscale')"), "grey");
    }

    private static void click(String words) {
        List<WebElement> found = browser.clickable(words);
        assertFalse(found.isEmpty(), () -> "Nothing to click says '" + words + "'");
        browser.click(found.getFirst());
    }

    @Test
    void connection_that_is_silent_is_replaced() throws Exception {
        try (Program program = Program.serving(directory);
                SilencedProxy proxy = SilencedProxy.to(URI.create(program.admin()).getPort())) {
            look(proxy.url());
            proxy.silence();
            browser.await("the loss", "return document.body.classList.contains('lost')");
            browser.await("another connection", LIVE);
            assertTrue(proxy.silenced() > 0);
        }
    }

    @Test
    void ninth_viewer_is_told_and_gets_the_next_place() throws Exception {
        try (Program program = Program.serving(directory)) {
            List<Socket> viewers = new ArrayList<>();
            try {
                for (int i = 0; i < 8; i++) viewers.add(viewer(URI.create(program.admin()).getPort()));
                browser.go(program.admin() + "/ui/?" + System.nanoTime() + "#/");
                browser.await("why there is nothing to see",
                        "return " + STATE + ".startsWith('8 pages are open already, which is the most."
                                + " Close one, and this one goes on.')");
                viewers.removeFirst().close();
                browser.await("the place of the one that has left", LIVE);
            } finally {
                for (Socket each : viewers) each.close();
            }
        }
    }

    /// Returns the connection of somebody who gets ticks.
    private static Socket viewer(int port) throws IOException {
        Socket viewer = new Socket(InetAddress.getLoopbackAddress(), port);
        viewer.getOutputStream().write("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        byte[] status = viewer.getInputStream().readNBytes("HTTP/1.1 200".length());
        assertEquals("HTTP/1.1 200", new String(status, StandardCharsets.US_ASCII));
        return viewer;
    }

    @Test
    void nothing_to_show_and_nothing_to_change_say_so() throws Exception {
        try (Program program = Program.serving(directory, Map.of("ADMIN_READ_ONLY", "true"))) {
            look(program.admin());
            assertTrue(browser.text("#icicle").startsWith("No request is in flight."));
            assertEquals("Nothing, in the numbers of the last two minutes.", browser.text("#lints"));
            assertTrue(browser.text("#more").startsWith("No request to show. Ask the service for a page"));
            click("10");
            String told = "Nothing was changed: this listener only lets you look. Start the service without "
                    + "ADMIN_READ_ONLY to change something here.";
            browser.await("the refusal", "return " + STATE + " === '" + told + "'");
            TimeUnit.MILLISECONDS.sleep(1_200);
            assertEquals(told, state(), "the next ticks have covered it");
            browser.await("the end of that", LIVE);
        }
    }

    @Test
    void token_is_asked_for_until_it_is_right() throws Exception {
        String token = "0123456789abcdef";
        try (Program program = Program.serving(directory, Map.of("ADMIN_TOKEN", token))) {
            browser.resize(1280, 900);
            browser.go(program.admin() + "/ui/?" + System.nanoTime() + "#/");
            browser.await("the question", "return !document.querySelector('#login').hidden");
            TimeUnit.MILLISECONDS.sleep(1_200);
            assertEquals("This page needs the token of the admin listener.", state());
            assertEquals(List.of(), browser.barriers());
            browser.press("not the token", Keys.ENTER);
            browser.await("the refusal", "return " + STATE + ".startsWith('The admin listener does not know "
                    + "this token. ADMIN_TOKEN or ADMIN_TOKEN_FILE of the service has the right one.')");
            browser.press(token, Keys.ENTER);
            browser.await("the first tick", LIVE);
            assertTrue(browser.is("return document.querySelector('#login').hidden"));
        }
    }
}
