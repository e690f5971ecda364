package dev.structured.core.channel;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Wait;
import dev.structured.core.Waits;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/// A channel is linearizable: what tasks that try, wait, are cancelled and close get out of it is what they would in
/// some order, one at a time. Nobody really parks: the steps of an operation that waits are done one by one.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class Linearizability {
    private static ModelCheckingOptions options() {
        return new ModelCheckingOptions().threads(2).actorsPerThread(3).actorsBefore(1).actorsAfter(2)
                .iterations(10).invocationsPerIteration(500).minimizeFailedScenario(false);
    }

    @Test
    void channel_of_one_item() {
        options().check(Buffered.class);
    }

    @Test
    void channel_from_hand_to_hand_with_receivers_that_wait() {
        options().check(Receivers.class);
    }

    @Test
    void channel_with_senders_that_wait() {
        options().check(Senders.class);
    }

    @Test
    void channel_that_looks_and_then_locks_is_reported() {
        AssertionError report = assertThrows(LincheckAssertionError.class, () -> options().check(Torn.class));
        assertTrue(report.getMessage().contains("Invalid execution results"), report.getMessage());
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
        public String statistics() {
            return channel.statistics().toString();
        }
    }

    /// Three waits to receive.
    public static class Receivers {
        private final Channel<Integer> channel = Channels.open(0);
        private final Conduit<Integer> conduit = channel.receiver().conduit();
        private final Place[] places = {new Place(), new Place(), new Place()};

        private final class Place {
            final Wait<Waiting<?>> wait = Waits.newWait();
            /// Guarded by the lock.
            @Nullable
            Waiting<Integer> waiting;
        }

        /// @return the item that was there, or why there will be none; null if it waits
        @Operation
        public @Nullable String begin(int number) {
            Place place = places[Math.floorMod(number, places.length)];
            conduit.lock.lock();
            try {
                if (place.waiting != null) return "begun before";
                Integer item = conduit.take(channel.receiver());
                Ending ending = item == null ? conduit.ending(channel.receiver()) : null;
                if (item != null || ending != null) return item + " " + ending;
                place.waiting = conduit.enlist(channel.receiver(), place.wait);
                return null;
            } finally {
                conduit.lock.unlock();
            }
        }

        @Operation
        public boolean abort(int number) {
            Place place = places[Math.floorMod(number, places.length)];
            conduit.lock.lock();
            Waiting<Integer> waiting = place.waiting;
            conduit.lock.unlock();
            if (waiting == null || !Waits.abort(place.wait)) return false;
            conduit.delist(waiting);
            return true;
        }

        @Operation
        public @Nullable String outcome(int number) {
            Place place = places[Math.floorMod(number, places.length)];
            conduit.lock.lock();
            Waiting<Integer> waiting = place.waiting;
            conduit.lock.unlock();
            Object outcome = Waits.outcome(place.wait);
            if (waiting == null || outcome == null) return null;
            return outcome == waiting ? waiting.item + " " + waiting.ending : "aborted";
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

    /// Three waits to send.
    public static class Senders {
        private final Channel<Integer> channel = Channels.open(1);
        private final Pipe<Integer> pipe = channel.sender().pipe();
        private final Place[] places = {new Place(), new Place(), new Place()};

        private final class Place {
            final Wait<Waiting<?>> wait = Waits.newWait();
            /// Guarded by the lock.
            @Nullable
            Waiting<Integer> waiting;
        }

        /// @return true if it waits
        @Operation
        public boolean begin(int number) {
            Place place = places[Math.floorMod(number, places.length)];
            pipe.lock.lock();
            try {
                if (place.waiting != null || pipe.sendEnding(channel.sender()) != null) return false;
                if (pipe.offer(number)) return false;
                place.waiting = pipe.enlist(channel.sender(), place.wait, number);
                return true;
            } finally {
                pipe.lock.unlock();
            }
        }

        @Operation
        public boolean abort(int number) {
            Place place = places[Math.floorMod(number, places.length)];
            pipe.lock.lock();
            Waiting<Integer> waiting = place.waiting;
            pipe.lock.unlock();
            if (waiting == null || !Waits.abort(place.wait)) return false;
            pipe.delistSender(waiting);
            return true;
        }

        @Operation
        public @Nullable Integer tryReceive() {
            return channel.receiver().tryReceive();
        }

        @Operation
        public void closeReceiver() {
            channel.receiver().close();
        }

        @Operation
        public long sent() {
            return channel.statistics().sent();
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
