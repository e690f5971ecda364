package dev.structured.service.ops;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;

/// The files of the page `/ui/`, and the page as one file that holds a saved minute and needs no service.
final class PageFiles {
    private static final String FOLDER = "/ui/";
    /// The charts' library is read from its own jar, which has its licence.
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";
    private static final String LICENSE = "LICENSE";
    /// The policy of a saved page: it may load nothing, since what it shows is in it.
    static final String ALONE = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
            + "img-src data:";
    private static final String IMPORT = "import { waterfall, ms } from './draw.js';";

    private PageFiles() {}

    /// Returns a file.
    static byte[] bytes(String name) {
        String path = name.equals(LICENSE)
                ? UPLOT + name
                : name.startsWith("uPlot") ? UPLOT + "dist/" + name : FOLDER + name;
        try (InputStream in = Objects.requireNonNull(PageFiles.class.getResourceAsStream(path), path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    /// Returns the page with everything in it: styles, scripts, and a saved minute.
    ///
    /// @param minute the lines of the minute
    static String withMinute(String minute) {
        String script = text("draw.js").replace("export function", "function")
                + replaced(text("app.js"), IMPORT, "");
        String page = text("index.html") + "<!-- The charts are made by uPlot:\n" + text(LICENSE) + "-->\n";
        page = replaced(page, "<meta charset=\"utf-8\">\n", "<meta charset=\"utf-8\">\n"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"" + ALONE + "\">\n");
        page = replaced(page, "<link rel=\"stylesheet\" href=\"uPlot.min.css\">", style("uPlot.min.css"));
        page = replaced(page, "<link rel=\"stylesheet\" href=\"style.css\">", style("style.css"));
        page = replaced(page, "<script src=\"uPlot.iife.min.js\" defer></script>",
                "<script>" + text("uPlot.iife.min.js") + "</script>");
        return replaced(page, "<script type=\"module\" src=\"app.js\"></script>",
                "<script type=\"application/gzip\" id=\"saved\">" + packed(minute) + "</script>\n"
                        + "<script type=\"module\">" + script + "</script>");
    }

    private static String style(String name) {
        return "<style>" + text(name) + "</style>";
    }

    /// Replaces a text that must be there.
    private static String replaced(String text, String old, String replacement) {
        int at = text.indexOf(old);
        if (at < 0) throw new IllegalStateException("The page lacks " + old);
        return text.substring(0, at) + replacement + text.substring(at + old.length());
    }

    /// Returns a text as base64 of gzip, which holds nothing that a parser of HTML could take for its own.
    private static String packed(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 18);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
