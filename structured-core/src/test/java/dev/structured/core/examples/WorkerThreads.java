package dev.structured.core.examples;

import static java.time.Duration.ofSeconds;

import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeResult;
import dev.structured.core.Timeouts;
import dev.structured.core.interop.Blocking;
import dev.structured.core.interop.OnCancel;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.util.Objects;
import java.util.stream.IntStream;

/// Computing and calls that nothing can stop run on threads of their own, while the task waits.
final class WorkerThreads {
    private WorkerThreads() {}

    static void main() throws IOException {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) throws IOException {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> {
            // @start region=call
            long count = Blocking
                    .call(() -> IntStream.range(2, 10_000).filter(WorkerThreads::isPrime).count());
            out.say("main: " + count + " primes below 10000");
            // @end
            search(out);
            lookUp("localhost", out);
        });
    }

    // @start region=search
    private static void search(Transcript out) {
        CancelScope search = new CancelScope("search");
        search.run(() -> Blocking.run(() -> {
            for (int candidate = 2;; candidate++) {
                Blocking.throwIfCancelled();
                if (isPerfect(candidate)) found(candidate, search, out);
            }
        }));
        CancelReason reason = Objects.requireNonNull(search.reason());
        out.say("main: stopped, " + reason.text());
    }

    /// On the worker's thread.
    private static void found(int number, CancelScope search, Transcript out) {
        Blocking.inHost(() -> { // in the task, in its scopes: it may wait, send to a channel, open a nursery
            out.say("main: " + number + " is perfect");
            if (number > 400) search.cancel("three are enough");
            return number;
        });
    }
    // @end

    // @start region=abandon
    private static void lookUp(String name, Transcript out) throws IOException {
        ScopeResult<InetAddress> address = Timeouts.moveOnAfter(ofSeconds(2),
                () -> Blocking.call(OnCancel.ABANDON, () -> InetAddress.getByName(name)));
        out.say("main: " + name + (address.isCancelled() ? " is not known in time" : " is known"));
    }
    // @end

    private static boolean isPrime(int number) {
        return IntStream.rangeClosed(2, (int) Math.sqrt(number)).noneMatch(divisor -> number % divisor == 0);
    }

    private static boolean isPerfect(int number) {
        return IntStream.rangeClosed(1, number / 2).filter(divisor -> number % divisor == 0).sum() == number;
    }
}
