package dev.structured.core.examples;

import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Tasks start further tasks in the nursery that they are in, and it waits for all of them.
final class Crawl {
    private static final Map<String, List<String>> SITE = Map.of("/", List.of("/a", "/b"), "/a",
            List.of("/c"),
            "/b", List.of("/"), "/c", List.of());

    private final Transcript out;

    private Crawl(Transcript out) {
        this.out = out;
    }

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Crawl crawl = new Crawl(new Transcript(scheduler, stream));
        scheduler.run("crawl", crawl::site);
    }

    // @start region=crawl
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private void site() {
        Nursery.run(nursery -> nursery.startSoon("/", () -> visit("/", nursery)));
        out.say("all: " + seen.size() + " pages");
    }

    private void visit(String page, Nursery nursery) {
        if (!seen.add(page)) return;
        List<String> links = fetch(page);
        out.say(page + ": links to " + links);
        for (String link : links) nursery.startSoon(link, () -> visit(link, nursery));
    }
    // @end

    private static List<String> fetch(String page) {
        Checkpoints.sleep(ofSeconds(1));
        return SITE.getOrDefault(page, List.of());
    }
}
