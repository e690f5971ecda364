package dev.structured.service.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MeterTableTest {
    /// Keys that a hash table puts into one bin.
    private record Key(String name) {
        @Override
        public int hashCode() {
            return 1;
        }
    }

    @Test
    void registering_holds_up_only_those_who_ask_for_the_same_meter() {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger registered = new AtomicInteger();
        MeterTable<Key, String> table = new MeterTable<>(key -> {
            registered.incrementAndGet();
            if (key.name.equals("slow")) waitFor(go);
            return new String(key.name);
        });
        Scheduler.shared().run("test", () -> Nursery.run(nursery -> {
            List<Task<String>> slow = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                slow.add(nursery.startSoon("slow", () -> table.of(new Key("slow"))));
            }
            while (registered.get() == 0)
                Checkpoints.quickCheckpoint();
            assertEquals("quick", table.of(new Key("quick")));
            go.countDown();
            String first = slow.getFirst().await();
            for (Task<String> each : slow) assertSame(first, each.await());
            assertEquals(2, registered.get());
        }));
    }

    @Test
    void registration_that_fails_is_tried_again() {
        AtomicInteger tries = new AtomicInteger();
        MeterTable<Key, String> table = new MeterTable<>(key -> {
            if (tries.incrementAndGet() == 1) throw new IllegalStateException("first");
            return key.name;
        });
        assertThrows(IllegalStateException.class, () -> table.of(new Key("a")));
        assertEquals("a", table.of(new Key("a")));
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
