package dev.structured.core.examples;

import dev.structured.core.Nursery;
import dev.structured.core.sync.CapacityLimiter;
import dev.structured.core.sync.Event;
import dev.structured.core.sync.RateLimiter;
import dev.structured.core.sync.TaskBarrier;
import dev.structured.core.sync.TaskCondition;
import dev.structured.core.sync.TaskLock;
import dev.structured.core.sync.TaskSemaphore;
import java.time.Duration;
import java.util.List;
import java.util.Queue;

/// The code that the Javadoc of the room `sync` shows, with what it needs around it to compile. [JavadocTest]
/// holds the two together.
@SuppressWarnings("unused")
abstract class SyncSnippets {
    interface Cache {
        void load();
    }

    interface Account {
        void take(long amount);

        void add(long amount);
    }

    record Row() {}

    interface Connection {
        Row query(String id);
    }

    interface Loaf {}

    abstract void eat(Loaf loaf);

    abstract void serve(String guest);

    abstract boolean hasWork();

    abstract void work();

    interface Mail {}

    abstract void send(Mail mail);

    void event(Nursery nursery, Cache cache) {
        Event ready = new Event("the cache is warm");
        nursery.startSoon("warm up", () -> {
            cache.load();
            ready.set();
        });
        ready.await();
    }

    void lock(Account from, Account to, long amount) {
        TaskLock lock = new TaskLock("accounts");

        lock.run(() -> {
            from.take(amount);
            to.add(amount);
        });
    }

    void condition(TaskLock lock, TaskCondition baked, Queue<Loaf> bread, Loaf loaf) {
        lock.run(() -> {
            baked.awaitUntil(() -> !bread.isEmpty());
            eat(bread.remove());
        });

        lock.run(() -> {
            bread.add(loaf);
            baked.signal();
        });
    }

    void semaphore(String guest) {
        TaskSemaphore seats = new TaskSemaphore("seats", 20);

        seats.run(() -> serve(guest));
    }

    void barrier(Nursery nursery) {
        TaskBarrier rounds = new TaskBarrier("rounds", 4);
        for (int i = 0; i < 4; i++) {
            nursery.startSoon("worker", () -> {
                while (hasWork()) {
                    work();
                    rounds.await(); // until all four have done their part of this round
                }
            });
        }
    }

    void rate(List<Mail> mails) {
        RateLimiter limiter = new RateLimiter("mail server", 10, Duration.ofSeconds(1));
        for (Mail mail : mails) {
            limiter.acquire(); // every 100 ms
            send(mail);
        }
    }

    void limiter(Connection connection, String id) {
        CapacityLimiter database = new CapacityLimiter("database", 10);

        Row row = database.call(() -> connection.query(id));
        database.setTotal(20); // the longest waiting tasks go on at once
    }
}
