package dev.structured.core.examples;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.TaskLocal;
import java.io.PrintStream;

/// A shop hands work to the nursery of a mailer: which values come from the shop, and which from the mailer?
final class TwoContexts {
    // @start region=locals
    private static final TaskLocal<String> REQUEST = new TaskLocal<>("request", "none");
    private static final TaskLocal<String> LOGGER = new TaskLocal<>("logger", "main",
            TaskLocal.Inheritance.TREE);
    // @end

    private final Transcript out;

    private TwoContexts(Transcript out) {
        this.out = out;
    }

    static void main() {
        run(Scheduler.builder(), System.out);
    }

    static void run(Scheduler.Builder settings, PrintStream stream) {
        try (Scheduler scheduler = settings.build()) {
            TwoContexts example = new TwoContexts(new Transcript(scheduler, stream));
            scheduler.run("main", example::mail);
        }
    }

    // @start region=use
    private void mail() {
        LOGGER.run("mailer", () -> Nursery.run("mails", mails -> {
            LOGGER.run("shop", () -> REQUEST.run("r-42", () -> order(mails)));
            log("no request here");
        }));
    }

    private void order(Nursery mails) {
        log("ordered");
        Nursery.run("parcels", parcels -> {
            parcels.startSoon("pack", () -> log("started here")); // all from here
            mails.startSoon("confirm", () -> log("started here, for there")); // and LOGGER from there
        });
    }

    private void log(String line) {
        out.say(Task.current().path() + ": [" + LOGGER.get() + ", request " + REQUEST.get() + "] " + line);
    }
    // @end
}
