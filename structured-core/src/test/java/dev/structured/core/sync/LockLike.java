package dev.structured.core.sync;

import dev.structured.core.Nursery;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntSupplier;

/// What one task has at a time, whatever it is made of.
public interface LockLike {
    /// **Checkpoint.**
    void acquire();

    boolean tryAcquire();

    void release();

    /// Returns how many tasks wait for it.
    int waiting();

    /// Returns all kinds by name. Some need a task of their own, in the nursery that they are opened in.
    static Map<String, Function<Nursery, LockLike>> kinds() {
        Map<String, Function<Nursery, LockLike>> kinds = new LinkedHashMap<>();
        kinds.put("lock", _ -> of(new TaskLock()));
        kinds.put("semaphore of one permit", _ -> of(new TaskSemaphore(1, 1)));
        kinds.put("limiter of one token", _ -> of(new CapacityLimiter(1)));
        kinds.put("channel that holds the token", _ -> tokenBox());
        kinds.put("channel that is full while it is held", _ -> fullBox());
        kinds.put("rendezvous with a server", LockLike::served);
        return kinds;
    }

    private static LockLike of(TaskLock lock) {
        return new Made(lock::acquire, lock::tryAcquire, lock::release, () -> lock.statistics().waiting());
    }

    private static LockLike of(TaskSemaphore semaphore) {
        return new Made(semaphore::acquire, semaphore::tryAcquire, semaphore::release,
                () -> semaphore.statistics().waiting());
    }

    private static LockLike of(CapacityLimiter limiter) {
        return new Made(limiter::acquire, limiter::tryAcquire, limiter::release,
                () -> limiter.statistics().waiting());
    }

    private static LockLike tokenBox() {
        Channel<String> box = Channels.open(1);
        box.sender().send("token");
        return new Made(() -> box.receiver().receive(), () -> box.receiver().tryReceive() != null,
                () -> require(box.sender().trySend("token")),
                () -> box.receiver().statistics().waitingReceivers());
    }

    private static LockLike fullBox() {
        Channel<String> box = Channels.open(1);
        return new Made(() -> box.sender().send("token"), () -> box.sender().trySend("token"),
                () -> require(box.receiver().tryReceive() != null),
                () -> box.sender().statistics().waitingSenders());
    }

    private static LockLike served(Nursery nursery) {
        Channel<String> requests = Channels.open(0);
        Channel<String> returns = Channels.open(1);
        nursery.startSoon("server", () -> {
            while (true) {
                requests.receiver().receive();
                returns.receiver().receive();
            }
        });
        return new Made(() -> requests.sender().send("may I?"), () -> requests.sender().trySend("may I?"),
                () -> require(returns.sender().trySend("thanks")),
                () -> requests.sender().statistics().waitingSenders());
    }

    private static void require(boolean held) {
        if (!held) throw new IllegalStateException("it was not held");
    }

    /// One that is made of these operations.
    record Made(Runnable acquiring, BooleanSupplier trying, Runnable releasing,
            IntSupplier queued)
            implements
                LockLike {
        @Override
        public void acquire() {
            acquiring.run();
        }

        @Override
        public boolean tryAcquire() {
            return trying.getAsBoolean();
        }

        @Override
        public void release() {
            releasing.run();
        }

        @Override
        public int waiting() {
            return queued.getAsInt();
        }
    }
}
