package dev.structured.core.examples;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.interop.Portal;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/// Somebody else's threads have code run in a nursery, and get what it returns.
final class CallIn {
    private CallIn() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> {
            serve(out);
            out.say("main: the client has gone");
        });
    }

    @FunctionalInterface
    private interface Handler {
        String answer(String question) throws InterruptedException;
    }

    // @start region=serve
    private static void serve(Transcript out) {
        Nursery.run("questions", nursery -> {
            Portal portal = Portal.open(nursery); // while it is open, the nursery waits
            // Called on a thread of the client, which gets the answer, or what was thrown.
            Handler handler = question -> portal.call(() -> answer(question));
            Client.start(handler, out, portal::close);
        });
    }

    private static String answer(String question) {
        Checkpoints.sleep(Duration.ofMillis(100)); // it is a task: it may wait, start others, be cancelled
        if (question.isEmpty()) throw new IllegalArgumentException("nothing is asked");
        return question.length() + " letters";
    }
    // @end

    /// Somebody else's, with a thread of its own.
    private static final class Client {
        static void start(Handler handler, Transcript out, Runnable end) {
            AtomicReference<String> answers = new AtomicReference<>("");
            Scheduler.current().platform().startForeign("client", () -> {
                for (String question : new String[]{"why", "", "how long"}) {
                    try {
                        answers.set(handler.answer(question));
                    } catch (IllegalArgumentException | InterruptedException e) {
                        answers.set(e.getMessage());
                    }
                    out.say("client: '" + question + "' " + answers.get());
                }
                end.run();
            });
        }
    }
}
