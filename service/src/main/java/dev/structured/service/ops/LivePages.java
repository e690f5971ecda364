package dev.structured.service.ops;

import dev.structured.service.record.Recordings;
import dev.structured.service.view.Json;
import dev.structured.service.view.LiveTick;
import dev.structured.service.view.SavedMinute;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Map;
import java.util.function.Supplier;

/// The page `/ui/`, with the stream of ticks and the knobs of the demo that it uses.
///
/// Its files hold no information about the service, so they are sent without a token; the requests that they
/// make need it.
final class LivePages {
    static final String PATH = "/ui/";
    private static final String CSP = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "connect-src 'self'; "
            + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final Map<String, String> FILES = Map.of("index.html", "text/html; charset=utf-8",
            "app.js",
            "text/javascript; charset=utf-8", "draw.js", "text/javascript; charset=utf-8", "style.css",
            "text/css; charset=utf-8", "uPlot.iife.min.js", "text/javascript; charset=utf-8", "uPlot.min.css",
            "text/css; charset=utf-8");

    private final Recordings recordings;
    private final LiveStream stream;
    private final Supplier<LiveTick> ticks;
    private final DemoControl demo;
    private final AdminGate gate;

    LivePages(RequestSource source, AdminGate gate) {
        this.recordings = source.recordings();
        this.stream = source.stream();
        this.ticks = source.ticks();
        this.demo = source.demo();
        this.gate = gate;
        stream.ticksOf(ticks);
    }

    void add(RoutesConfig routes) {
        FILES.forEach((name, type) -> {
            byte[] content = PageFiles.bytes(name);
            AdminPages.add(routes, PATH + name, ctx -> file(content, type, ctx));
            if (name.equals("index.html")) AdminPages.add(routes, PATH, ctx -> home(content, type, ctx));
        });
        routes.get("/live", this::live);
        AdminPages.add(routes, "/live/now", PageBulkhead.of(this::now));
        AdminPages.add(routes, "/minute.ndjson", PageBulkhead.ofLarge(this::minute));
        AdminPages.add(routes, "/minute.html", PageBulkhead.ofLarge(this::minutePage));
        AdminPages.add(routes, "/demo", ctx -> ctx.contentType("application/json").result(load()));
        routes.post("/demo/chaos", ctx -> knob(ctx, () -> demo.chaos(param("downstream", ctx),
                param("kind", ctx))));
        routes.post("/demo/load", ctx -> knob(ctx, () -> demo.load(number(param("rate", ctx)))));
    }

    /// The page refers to its files by relative names, so its own name must end with a slash.
    private static void home(byte[] content, String type, Context ctx) {
        if (ctx.path().endsWith("/")) file(content, type, ctx);
        else
            ctx.redirect(PATH);
    }

    private static void file(byte[] content, String type, Context ctx) {
        ctx.header("Content-Security-Policy", CSP).contentType(type).result(content);
    }

    private void live(Context ctx) {
        if (!stream.enter()) {
            text(503,
                    LiveStream.MOST_VIEWERS
                            + " pages are open already, which is the most. Close one, and this "
                            + "one goes on.",
                    ctx);
            return;
        }
        ctx.contentType("application/x-ndjson");
        ctx.future(() -> stream.show(ctx.outputStream()));
    }

    private String now(Context ctx) {
        ctx.contentType("application/json");
        return Json.pretty(ticks.get());
    }

    private String minute(Context ctx) {
        saved("ndjson", "application/x-ndjson", ctx);
        return SavedMinute.of(recordings, stream.recent(), ticks.get());
    }

    private String minutePage(Context ctx) {
        saved("html", "text/html; charset=utf-8", ctx);
        return PageFiles.withMinute(SavedMinute.of(recordings, stream.recent(), ticks.get()));
    }

    private static void saved(String ending, String type, Context ctx) {
        ctx.contentType(type).header("Content-Disposition", "attachment; filename=\"minute." + ending + "\"");
    }

    private String load() {
        return "{\"load\":" + demo.load() + "}\n";
    }

    private void knob(Context ctx, Runnable change) {
        gate.checkChangeOfPage(ctx);
        try {
            change.run();
            ctx.contentType("application/json").result(load());
        } catch (IllegalArgumentException e) {
            text(400, e.getMessage() + ".", ctx);
        }
    }

    private static String param(String name, Context ctx) {
        String value = ctx.queryParam(name);
        if (value == null) throw new IllegalArgumentException("The parameter '" + name + "' is missing");
        return value;
    }

    private static int number(String text) {
        if (text.matches("\\d{1,4}")) return Integer.parseInt(text);
        throw new IllegalArgumentException("'rate' is a number of requests a second, from 0 to 9999");
    }

    private static void text(int status, String text, Context ctx) {
        ctx.status(status).contentType("text/plain; charset=utf-8").result(text + "\n");
    }
}
