package dev.structured.core.channel;

import dev.structured.core.Idle;
import dev.structured.core.Lincheck;
import dev.structured.core.Task;
import dev.structured.core.Wait;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/// A channel is linearizable: what tasks that try, wait, are cancelled and close get out of it is what they
/// would in some order, one at a time. Nobody really parks: of those that wait there is only what they have
/// left in the channel.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class Linearizability {
    private static ModelCheckingOptions options() {
        return Lincheck.options().actorsAfter(2).invocationsPerIteration(500);
    }

    @Test
    void channel_of_one_item() {
        options().check(Buffered.class);
    }

    @Test
    void channel_with_receivers_that_wait() {
        options().check(Receivers.class);
    }

    @Test
    void channel_with_senders_that_wait() {
        options().check(Senders.class);
    }

    @Test
    void channel_that_looks_and_then_locks_is_reported() {
        Lincheck.mustBeReported(Torn.class, options());
    }

    /// What is refused is a result too.
    public static class Buffered {
        private final Channel<Integer> channel = Channels.open(1);

        @Operation
        public boolean trySend(int item) {
            return channel.sender().trySend(item);
        }

        @Operation
        public @Nullable Integer tryReceive() {
            return channel.receiver().tryReceive();
        }

        @Operation
        public void closeSender() {
            channel.sender().close();
        }

        @Operation
        public void closeReceiver() {
            channel.receiver().close();
        }

        @Operation
        public long received() {
            return channel.statistics().received();
        }
    }

    private static final Task<?> TASK = Idle.task("task");

    /// What tells of two tasks that wait at a channel from the beginning.
    public abstract static class Waiters {
        final Channel<Integer> channel;
        final ReceiveSide<Integer> side;
        private final List<Wait<Waiting<?>>> waits = List.of(Idle.newWait(TASK), Idle.newWait(TASK));
        private final List<Waiting<Integer>> places;

        Waiters(int capacity) {
            channel = Channels.open(capacity);
            side = channel.receiver().side();
            for (int i = 0; i < capacity; i++) channel.sender().trySend(-1);
            side.lock.lock();
            places = List.of(enlist(waits.get(0), 100), enlist(waits.get(1), 101));
            side.lock.unlock();
        }

        abstract Waiting<Integer> enlist(Wait<Waiting<?>> wait, int item);

        abstract void delist(Waiting<Integer> waiting);

        /// The two steps of a task that is cancelled.
        @Operation
        public boolean abort(boolean first) {
            int number = first ? 0 : 1;
            if (!Idle.abort(waits.get(number))) return false;
            delist(places.get(number));
            return true;
        }

        @Operation
        public @Nullable String outcome(boolean first) {
            int number = first ? 0 : 1;
            Waiting<Integer> place = places.get(number);
            Object outcome = Idle.outcome(waits.get(number));
            if (outcome == null) return null;
            return outcome == place ? place.item + " " + place.closure : "aborted";
        }
    }

    public static class Receivers extends Waiters {
        public Receivers() {
            super(0);
        }

        @Override
        Waiting<Integer> enlist(Wait<Waiting<?>> wait, int item) {
            return side.enlist(channel.receiver(), wait);
        }

        @Override
        void delist(Waiting<Integer> waiting) {
            waiting.run();
        }

        @Operation
        public boolean trySend(int item) {
            return channel.sender().trySend(item);
        }

        @Operation
        public void closeSender() {
            channel.sender().close();
        }
    }

    public static class Senders extends Waiters {
        public Senders() {
            super(1);
        }

        @Override
        Waiting<Integer> enlist(Wait<Waiting<?>> wait, int item) {
            return channel.sender().pipe().enlist(channel.sender(), wait, item);
        }

        @Override
        void delist(Waiting<Integer> waiting) {
            waiting.run();
        }

        @Operation
        public @Nullable Integer tryReceive() {
            return channel.receiver().tryReceive();
        }

        @Operation
        public boolean trySend(int item) {
            return channel.sender().trySend(item);
        }
    }

    /// A buffer of one item, of which is seen without the lock whether it is full.
    public static class Torn {
        private final ReentrantLock lock = new ReentrantLock();
        private final ArrayDeque<Integer> buffer = new ArrayDeque<>();
        private volatile int size;

        @Operation
        public boolean trySend(int item) {
            if (size == 1) return false;
            lock.lock();
            buffer.add(item);
            size = buffer.size();
            lock.unlock();
            return true;
        }

        @Operation
        public @Nullable Integer tryReceive() {
            lock.lock();
            Integer item = buffer.poll();
            size = buffer.size();
            lock.unlock();
            return item;
        }
    }
}
