package dev.structured.service;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

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
        catalog("none");
        browser.console(); // what an earlier page has written
    }

    /// Clicks on what has these words, as a person would who sees nothing else.
    private static void click(String words) {
        List<WebElement> found = browser.clickable(words);
        assertFalse(found.isEmpty(), () -> "Nothing to click says '" + words + "'");
        browser.click(found.getFirst());
    }

    /// Chooses what the demo downstream `catalog` does.
    private static void catalog(String kind) {
        select("#stones select[aria-label*=catalog]", kind);
    }

    /// Opens a request that lacks its reviews and nothing else; on a busy machine others may be late too.
    private static void clickLateRow() throws Exception {
        int tries = 0;
        do {
            assertTrue(tries++ < 40, "Each request lacks more than its reviews");
            browser.run("location.hash = '#/'");
            browser.await("a request whose reviews were late",
                    "const rows = [...document.querySelectorAll('#rows tbody tr')].filter(row =>"
                            + " row.textContent.includes('partial')); const row = rows["
                            + (tries - 1) + " % Math.max(1, rows.length)];"
                            + " if (row) row.querySelector('a').click(); return Boolean(row)");
            browser.await("its waterfall", "return document.querySelectorAll('#fall .seg').length > 5");
        } while (!sentence().startsWith("Partial: reviews gave no answer within its 300 ms"));
    }

    private static String sentence() throws Exception {
        return browser.text("#one-sentence");
    }

    @Test
    void three_clicks_lead_to_a_part_that_was_cut_off() throws Exception {
        click("Make reviews hang");
        click("10");
        clickLateRow();
        assertTrue(sentence().startsWith("Partial: reviews gave no answer within its 300 ms"), sentence());
        assertEquals(1, browser.all("#fall svg path[marker-end]").size());
        assertTrue(browser.text("#cut").contains("by reviews (budget)"));
        assertNothingIsWrong("one request");
        browser.savePicture("request");
        click("Copy as curl");
        browser.await("the command",
                "return document.querySelector('#one-said').textContent.includes('curl -X GET -H')");
        String curl = browser.text("#one-said");
        assertTrue(curl.matches(".* -H 'X-Request-Id: [^']+' '" + program.pages() + "/products/\\d+'"), curl);
        click("← all requests");
        click("100");
        browser.await("the finding",
                "return document.querySelector('#lints').textContent.includes('ended by their budget')");
        browser.await("two minutes of line",
                "return document.querySelectorAll('#cards canvas').length === 6");
        assertNothingIsWrong("all requests");
        browser.run("document.activeElement.blur(); scrollTo(0, 0)");
        browser.await("requests in flight",
                "return document.querySelector('#icicle').textContent.includes('reviews')"
                        + " && document.querySelectorAll('#rows .o-running').length > 5");
        browser.awaitForPicture("half a minute of load", "return performance.now() > 40000"
                + " && parseFloat(document.querySelector('#cards .big').textContent) > 80"
                + " && document.querySelectorAll('#rows .o-running').length > 5");
        browser.savePicture("page");
        click("none");
        click("Mend reviews");
    }

    @Test
    void click_on_what_requests_wait_for_shows_these_requests() throws Exception {
        click("Make reviews hang");
        click("100");
        String part = "[...document.querySelectorAll('#icicle .n-part')].find(part =>"
                + " part.textContent.startsWith('reviews'))";
        assertNarrows(part, "reviews");
        assertNarrows(part + "?.querySelector('.w-first-byte')", "reviews: first byte");
        click("Clear");
        click("none");
        click("Mend reviews");
    }

    private static void assertNarrows(String node, String chosen) throws Exception {
        browser.await("requests that wait for " + chosen, "return !!" + node);
        browser.await("a click", "const node = " + node + "; node?.querySelector('button').click();"
                + " return !!node");
        browser.await("no other requests", "const rows = [...document.querySelectorAll('#rows tbody tr')];"
                + " return document.querySelector('#f-waits').value === '" + chosen + "' && rows.length > 0"
                + " && rows.every(row => row.textContent.includes('waits for " + chosen + "'))");
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
                assertFits(width);
                clickLateRow();
                assertAccessible("one request, " + theme + ", " + width + " px");
            }
        }
        browser.run("location.hash = '#/'");
        click("Mend reviews");
    }

    private static void assertAccessible(String view) {
        assertEquals(List.of(), browser.barriers(), view);
    }

    private static void assertFits(int width) {
        assertFalse(browser.is("return document.documentElement.scrollWidth > innerWidth + 1"),
                () -> "The page is wider than " + width + " px");
    }

    @Test
    void keyboard_reaches_a_request_and_comes_back() throws Exception {
        click("10");
        browser.await("rows", "return document.querySelectorAll('#rows tbody tr').length > 1");
        String focused = "return document.activeElement.className.includes('id')"
                + " ? document.activeElement.title : ''";
        for (int i = 0; i < 60 && browser.run(focused).equals(""); i++) browser.press(Keys.TAB);
        String id = (String) browser.run(focused);
        assertTrue(id.length() > 10, id);
        assertTrue(browser.is("const box = document.activeElement.getBoundingClientRect(); return"
                + " document.elementFromPoint(box.left + 3, box.top + 3) === document.activeElement"),
                "what has the focus is covered");
        Object before = ids();
        TimeUnit.MILLISECONDS.sleep(1_200);
        assertEquals(before, ids(), "Rows moved although one had the focus");
        assertEquals(id, browser.run(focused));
        browser.press(Keys.ENTER);
        browser.await("the request", "return document.querySelectorAll('#fall .seg').length > 3");
        assertTrue(browser.is("return location.hash.endsWith(arguments[0])", id));
        browser.press(Keys.ESCAPE);
        browser.await("all requests", "return !document.querySelector('#overview').hidden");
        browser.press(" ");
        browser.await("pause",
                "return document.querySelector('#pause').getAttribute('aria-pressed') === 'true'"
                        + " || document.activeElement.className.includes('id')");
    }

    private static Object ids() {
        return browser.run("return [...document.querySelectorAll('#rows .id')].map(each => each.title)");
    }

    @Test
    void operator_cancels_a_request_from_the_page() throws Exception {
        click("10");
        catalog("slow=500");
        boolean cancelled = false;
        for (int tries = 0; tries < 20 && !cancelled; tries++) {
            browser.run("location.hash = '#/'");
            cancelled = opensAndCancelsOne();
        }
        assertTrue(cancelled, "each request ended before its button was pressed");
        browser.run("location.hash = '#/'");
        catalog("none");
    }

    /// Opens a request in flight and cancels it; false if it has ended before that.
    private static boolean opensAndCancelsOne() throws Exception {
        browser.pointAt(browser.find("h1")); // the list waits while one points at it
        browser.await("a request in flight", "const link = [...document.querySelectorAll('#rows tbody tr')]"
                + ".filter(row => row.textContent.includes('running')).map(row => row.querySelector('a'))[0];"
                + " if (link) link.click(); return Boolean(link)");
        browser.await("the button, or the end of the request",
                "const button = document.querySelector('#one-cancel');"
                        + " if (!button.hidden) { button.click(); button.click(); }"
                        + " return document.querySelector('#one-said').textContent !== ''"
                        + " || /^(Complete|Partial|Failed|The client|There is no)/"
                        + ".test(document.querySelector('#one-sentence').textContent)");
        return !browser.text("#one-said").isEmpty();
    }

    @Test
    void nothing_comes_from_elsewhere_and_the_console_is_silent() throws Exception {
        click("10");
        browser.await("rows", "return document.querySelectorAll('#rows tbody tr').length > 1");
        assertEquals(List.of(), browser.run("return performance.getEntriesByType('resource')"
                + ".map(each => each.name).filter(each => !each.startsWith(location.origin))"));
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
        String at = "return document.querySelector('#at').value";
        int last = Integer.parseInt((String) browser.run(at));
        assertTrue(last >= 2, () -> "seconds: " + last);
        for (int width : new int[]{1280, 320}) {
            browser.resize(width, 900);
            assertAccessible("a saved minute, " + width + " px");
            assertFits(width);
        }
        for (String words : List.of("none", "Mend reviews", "Save as HTML"))
            assertFalse(isThere(words), words);
        // Played in a second each, and all the more of them the busier the machine was until now.
        browser.run("const at = document.querySelector('#at'); at.value = arguments[0] - 2; at.oninput();",
                last);
        click("Play");
        browser.await("the end of the play", at + " === '" + last + "' && document.querySelector('#pause')"
                + ".textContent === 'Play'");
        choose("outcome", "partial");
        browser.await("the filter", "return [...document.querySelectorAll('#rows tbody tr')].every(row =>"
                + " row.textContent.includes('partial'))");
        clickLateRow();
        assertTrue(sentence().startsWith("Partial: reviews gave no answer within its 300 ms"), sentence());
        assertFalse(isThere("Cancel the request") || isThere("Export for Perfetto"), "needs a service");
        assertEquals(0, browser.number("return performance.getEntriesByType('resource').length"));
        assertNothingIsWrong("a saved minute");
    }

    private static boolean isThere(String words) {
        return !browser.clickable(words).isEmpty();
    }

    private static void choose(String field, String value) {
        select("#f-" + field, value);
    }

    private static void select(String field, String value) {
        browser.run("arguments[0].scrollIntoView({block: 'center'})", browser.find(field));
        browser.find(field + " option[value='" + value + "']").click();
    }

    private static void assertNothingIsWrong(String where) {
        assertEquals(List.of(), browser.console(), where);
    }
}
