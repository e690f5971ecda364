package dev.structured.core.examples;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.channel.Select;
import dev.structured.core.channel.SendChannel;
import java.io.PrintStream;
import java.time.Duration;

/// Somebody who waits for several things at once.
final class FrontDesk {
    private FrontDesk() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> open(out));
    }

    private static void open(Transcript out) {
        Channel<String> guests = Channels.open("guests", 4);
        Channel<String> calls = Channels.open("calls", 4);
        Nursery.run("hotel", nursery -> {
            nursery.startSoon("street", () -> arrive(guests.sender(), 1, "guest 1", "guest 2"));
            nursery.startSoon("telephone", () -> arrive(calls.sender(), 2.5, "call 1"));
            Task<?> shift = nursery.startSoon("shift", () -> Checkpoints.sleep(Duration.ofSeconds(10)));
            serve(guests.receiver(), calls.receiver(), shift, out);
        });
    }

    private static void arrive(SendChannel<String> to, double every, String... who) {
        for (String one : who) {
            Checkpoints.sleep(Duration.ofMillis((long) (every * 1_000)));
            to.send(one);
        }
    }

    // @start region=serve
    private static void serve(ReceiveChannel<String> guests, ReceiveChannel<String> calls, Task<?> shift,
            Transcript out) {
        boolean[] over = {false};
        Select<String> next = new Select<String>()
                .receive(guests, guest -> "good evening, " + guest)
                .receive(calls, call -> "hello, " + call)
                .on(shift, () -> {
                    over[0] = true;
                    return "good night";
                })
                .after(Duration.ofSeconds(5), () -> "reads the paper");
        while (!over[0])
            out.say(next.await());
    }
    // @end
}
