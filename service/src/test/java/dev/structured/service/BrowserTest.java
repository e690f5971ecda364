package dev.structured.service;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page in a real browser: what a person can do with it, whether everybody can, and its pictures
/// (`-Dpictures.update=true`). Left out where there is no Chromium.
class BrowserTest {

    @TempDir
    private static Path directory;

    private static Program program;
    private static Browser browser;
    private static String page;

    @BeforeAll
    static void open() throws Exception {
        Assumptions.assumeTrue(Browser.isThere(),
                "LEFT OUT: there is no chromium and chromium-driver on this "
                        + "machine, so the page /ui/ was not tested in a browser (Debian: apt-get install "
                        + "chromium "
                        + "chromium-driver)");
        program = Program.serving(directory);
        browser = Browser.open();
        page = program.admin() + "/ui/";
        assertTrue(program.out().startsWith("Look at:  " + page), program::out);
    }

    @AfterAll
    static void close() throws Exception {
        if (browser != null) browser.close();
        if (program != null) program.close();
    }

    @BeforeEach
    void start() throws Exception {
        browser.resize(1280, 1000);
        browser.go(page + "?" + System.nanoTime() + "#/"); // another address: the page is loaded anew
        browser.await("the first tick", "return document.querySelector('#state').textContent === 'live'");
        // Whatever an earlier test has left.
        click("none");
        click("Mend reviews");
        browser.run("const select = document.querySelector('#stones select[aria-label*=catalog]');"
                + " select.value = 'none'; select.dispatchEvent(new Event('change'))");
        browser.console(); // what an earlier page has written
    }

    /// Clicks on what has these words, as a person would who sees nothing else.
    private static void click(String words) throws Exception {
        String found = "return [...document.querySelectorAll('a, button')].find(each => each.offsetParent"
                + " && each.textContent.trim() === arguments[0])";
        assertTrue(browser.run("const found = (() => {" + found + "})(); if (found) found.click();"
                + " return Boolean(found)", words).asBoolean(),
                () -> "Nothing to click says '" + words + "'");
    }

    private static void clickLateRow() throws Exception {
        browser.await("a request whose reviews were late",
                "return [...document.querySelectorAll('#rows tbody tr')].some(row => row.textContent"
                        + ".includes('partial'))");
        browser.run("[...document.querySelectorAll('#rows tbody tr')].find(row => row.textContent"
                + ".includes('partial')).querySelector('a').click()");
        browser.await("its waterfall", "return document.querySelectorAll('#fall .seg').length > 5");
    }

    private static String sentence() throws Exception {
        return browser.run("return document.querySelector('#one-sentence').textContent").asText();
    }

    @Test
    void three_clicks_lead_to_a_part_that_was_cut_off() throws Exception {
        click("Make reviews hang");
        click("10");
        clickLateRow();
        assertTrue(sentence().startsWith("Partial: reviews gave no answer within its 300 ms"), sentence());
        assertTrue(browser.run("return document.querySelectorAll('#fall svg path[marker-end]').length")
                .asInt() == 1);
        assertTrue(browser.run("return document.querySelector('#cut').textContent").asText()
                .contains("by reviews (budget)"));
        assertNothingIsWrong("one request");
        browser.savePicture("request");
        click("← all requests");
        click("100");
        browser.await("the finding",
                "return document.querySelector('#lints').textContent.includes('ended by their budget')");
        browser.await("two minutes of line",
                "return document.querySelectorAll('#cards canvas').length === 6");
        assertNothingIsWrong("all requests");
        browser.run("document.activeElement.blur(); scrollTo(0, 0)");
        browser.await("requests under way",
                "return document.querySelector('#icicle').textContent.includes('reviews')"
                        + " && document.querySelectorAll('#rows .o-running').length > 5");
        browser.savePicture("page");
        click("none");
        click("Mend reviews");
    }

    @Test
    void everybody_can_use_it() throws Exception {
        assertAccessible("at rest");
        click("10");
        click("Make reviews hang");
        for (String theme : List.of("light", "dark")) {
            for (int width : new int[]{1280, 320}) {
                browser.resize(width, 900);
                browser.run("document.documentElement.dataset.theme = arguments[0]", theme);
                browser.run("location.hash = '#/'");
                browser.await("rows", "return document.querySelectorAll('#rows tbody tr').length > 1");
                assertAccessible("all requests, " + theme + ", " + width + " px");
                assertFalse(
                        browser.run("return document.documentElement.scrollWidth > innerWidth + 1")
                                .asBoolean(),
                        () -> "The page is wider than " + width + " px");
                clickLateRow();
                assertAccessible("one request, " + theme + ", " + width + " px");
            }
        }
        browser.run("location.hash = '#/'");
        click("Mend reviews");
    }

    private static void assertAccessible(String view) throws Exception {
        try (InputStream in = Objects.requireNonNull(BrowserTest.class.getResourceAsStream("/axe.min.js"))) {
            browser.run(new String(in.readAllBytes(), StandardCharsets.UTF_8) + "; window.axe = axe;");
        }
        JsonNode found = browser.runAsync("const done = arguments[0]; axe.run(document, {resultTypes:"
                + " ['violations']}).then(result => done(result.violations.filter(each => ['serious',"
                + " 'critical'].includes(each.impact)).map(each => each.id + ': ' + each.nodes[0].html)))");
        assertEquals(0, found.size(), () -> view + ": " + found);
    }

    @Test
    void keyboard_reaches_a_request_and_comes_back() throws Exception {
        click("10");
        browser.await("rows", "return document.querySelectorAll('#rows tbody tr').length > 1");
        String focused = "return document.activeElement.className.includes('id') && "
                + "document.activeElement.title";
        for (int i = 0; i < 60 && !browser.run(focused).isTextual(); i++) browser.press(Browser.TAB);
        String id = browser.run(focused).asText();
        assertTrue(id.length() > 10, id);
        List<String> before = ids();
        TimeUnit.MILLISECONDS.sleep(1_200);
        assertEquals(before, ids(), "Rows moved although one had the focus");
        assertEquals(id, browser.run(focused).asText());
        browser.press(Browser.ENTER);
        browser.await("the request", "return document.querySelectorAll('#fall .seg').length > 3");
        assertTrue(browser.run("return location.hash").asText().endsWith(id));
        browser.press(Browser.ESCAPE);
        browser.await("all requests", "return !document.querySelector('#overview').hidden");
        browser.press(" ");
        browser.await("pause",
                "return document.querySelector('#pause').getAttribute('aria-pressed') === 'true'"
                        + " || document.activeElement.className.includes('id')");
    }

    private static List<String> ids() throws Exception {
        List<String> ids = new ArrayList<>();
        browser.run("return [...document.querySelectorAll('#rows .id')].map(each => each.title)")
                .forEach(each -> ids.add(each.asText()));
        return ids;
    }

    @Test
    void operator_cancels_a_request_from_the_page() throws Exception {
        click("10");
        browser.run("const select = document.querySelector('#stones select[aria-label*=catalog]');"
                + " select.value = 'slow=500'; select.dispatchEvent(new Event('change'))");
        boolean cancelled = false;
        for (int tries = 0; tries < 20 && !cancelled; tries++) {
            browser.run("location.hash = '#/'");
            cancelled = opensAndCancelsOne();
        }
        assertTrue(cancelled, "each request ended before its button was pressed");
        browser.run("location.hash = '#/'");
        browser.run("const select = document.querySelector('#stones select[aria-label*=catalog]');"
                + " select.value = 'none'; select.dispatchEvent(new Event('change'))");
    }

    /// Opens a request that runs and cancels it; false if it has ended before that.
    private static boolean opensAndCancelsOne() throws Exception {
        browser.await("a request that runs", "const link = [...document.querySelectorAll('#rows tbody tr')]"
                + ".filter(row => row.textContent.includes('running')).map(row => row.querySelector('a'))[0];"
                + " if (link) link.click(); return Boolean(link)");
        browser.await("the button, or the end of the request",
                "const button = document.querySelector('#one-cancel');"
                        + " if (!button.hidden) { button.click(); button.click(); }"
                        + " return document.querySelector('#one-said').textContent !== ''"
                        + " || /^(Complete|Partial|Failed|The client|There is no)/"
                        + ".test(document.querySelector('#one-sentence').textContent)");
        return browser.run("return document.querySelector('#one-said').textContent !== ''").asBoolean();
    }

    @Test
    void nothing_comes_from_elsewhere_and_the_console_is_silent() throws Exception {
        click("10");
        browser.await("rows", "return document.querySelectorAll('#rows tbody tr').length > 1");
        String origin = browser.run("return location.origin").asText();
        browser.run("return performance.getEntriesByType('resource').map(each => each.name)")
                .forEach(each -> assertTrue(each.asText().startsWith(origin), each.asText()));
        assertNothingIsWrong("the console");
    }

    @Test
    void saved_minute_opens_from_a_file_without_the_service() throws Exception {
        click("Make reviews hang");
        click("10");
        browser.await("a request whose reviews were late",
                "return [...document.querySelectorAll('#rows tbody tr')].some(row => row.textContent"
                        + ".includes('partial'))");
        TimeUnit.MILLISECONDS.sleep(2_500); // a few seconds to go through
        Path file = directory.resolve("minute.html");
        Files.write(file, given().get(program.admin() + "/minute.html").then().statusCode(200).extract()
                .asByteArray());
        browser.go(file.toUri().toString());
        browser.await("the last second",
                "return document.querySelector('#state').textContent.startsWith('saved, ')"
                        + " && document.querySelectorAll('#rows tbody tr').length > 0"
                        + " && document.querySelectorAll('#cards canvas').length === 6");
        String first = "return document.querySelector('#at').value";
        int last = browser.run(first).asInt();
        assertTrue(last >= 2, () -> "seconds: " + last);
        for (int width : new int[]{1280, 320}) {
            browser.resize(width, 900);
            assertAccessible("a saved minute, " + width + " px");
            assertFalse(browser.run("return document.documentElement.scrollWidth > innerWidth + 1")
                    .asBoolean(), () -> "The saved page is wider than " + width + " px");
        }
        for (String words : List.of("none", "Mend reviews", "Save as HTML"))
            assertFalse(isThere(words), words);
        click("Play");
        browser.await("the end of the play", first + " === '" + last + "' && document.querySelector('#pause')"
                + ".textContent === 'Play'");
        choose("outcome", "partial");
        browser.await("the filter", "return [...document.querySelectorAll('#rows tbody tr')].every(row =>"
                + " row.textContent.includes('partial'))");
        clickLateRow();
        assertTrue(sentence().startsWith("Partial: reviews gave no answer within its 300 ms"), sentence());
        assertFalse(isThere("Cancel the request") || isThere("Export for Perfetto"), "needs a service");
        assertEquals(0, browser.run("return performance.getEntriesByType('resource').length").asInt());
        assertNothingIsWrong("a saved minute");
    }

    private static boolean isThere(String words) throws Exception {
        return browser.run("return [...document.querySelectorAll('a, button')].some(each => each.offsetParent"
                + " && each.textContent.trim() === arguments[0])", words).asBoolean();
    }

    private static void choose(String field, String value) throws Exception {
        browser.run(
                "const select = document.querySelector('#f-' + arguments[0]); select.value = arguments[1];"
                        + " select.dispatchEvent(new Event('input', {bubbles: true}))",
                field, value);
    }

    private static void assertNothingIsWrong(String where) throws Exception {
        JsonNode console = browser.console();
        assertEquals(0, console.size(), () -> where + ": " + console);
    }
}
