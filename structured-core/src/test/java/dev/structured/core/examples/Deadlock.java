package dev.structured.core.examples;

import static java.time.Duration.ofSeconds;

import dev.structured.core.DeadlockException;
import dev.structured.core.Nursery;
import dev.structured.core.ParkingLot;
import dev.structured.core.Scheduler;
import java.io.PrintStream;

/// Two tasks wait for each other; the scheduler notices, and says who waits for what.
final class Deadlock {
    private Deadlock() {}

    static void main() {
        run(Scheduler.builder(), System.out);
    }

    static void run(Scheduler.Builder settings, PrintStream out) {
        // @start region=detect
        try (Scheduler scheduler = settings.detectDeadlocks(ofSeconds(1)).build()) {
            scheduler.run("cafe", () -> Nursery.run("counter", nursery -> {
                ParkingLot paid = new ParkingLot("the money");
                ParkingLot served = new ParkingLot("the coffee");
                nursery.startSoon("guest", () -> {
                    served.park();
                    paid.unpark(1);
                });
                nursery.startSoon("waiter", () -> {
                    paid.park();
                    served.unpark(1);
                });
            }));
        } catch (DeadlockException e) {
            out.print(e.getMessage());
        }
        // @end
    }
}
