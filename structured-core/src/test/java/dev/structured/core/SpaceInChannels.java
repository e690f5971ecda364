package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.channel.Broadcast;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.ChannelClosedException;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.EndOfChannelException;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.channel.Select;
import dev.structured.core.channel.SendChannel;
import dev.structured.core.channel.SlowReader;
import dev.structured.core.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Steps of channels for [SpaceEndsInStepTest].
final class SpaceInChannels {
    private SpaceInChannels() {}

    /// A step that waits for an item, which comes meanwhile.
    abstract static class Receiving extends SpaceScene {
        final Channel<String> channel = Channels.open(8);
        final List<String> received = new ArrayList<>();

        @Override
        void meanwhile() {
            assertTrue(channel.sender().trySend("item"));
        }

        @Override
        void after(boolean done) {
            if (!done) {
                String left = channel.receiver().tryReceive();
                if (left != null) received.add(left);
            }
            assertEquals(List.of("item"), received);
            assertEquals(0, channel.statistics().waitingReceivers());
        }
    }

    static final class Send extends SpaceScene {
        final Channel<Integer> channel = Channels.open(1_000);
        int count;

        @Override
        void step() {
            for (int i = 0; i < 200; i++) {
                channel.sender().send(count);
                count++;
            }
        }

        @Override
        void after(boolean done) {
            assertEquals(count, channel.statistics().buffered());
            channel.sender().send(count++);
            for (int i = 0; i < count; i++) assertEquals(i, channel.receiver().tryReceive());
            assertNull(channel.receiver().tryReceive());
        }
    }

    static final class Receive extends Receiving {
        @Override
        void step() {
            received.add(channel.receiver().receive());
        }
    }

    static final class Selecting extends Receiving {
        final Channel<String> other = Channels.open(0);

        @Override
        void step() {
            received.add(new Select<String>().receive(other.receiver(), item -> item)
                    .receive(channel.receiver(), item -> item).await());
        }

        @Override
        void after(boolean done) {
            assertEquals(0, other.statistics().waitingReceivers());
            super.after(done);
        }
    }

    static final class SelectWithALimitAndAnEvent extends Receiving {
        final Event event = new Event();

        @Override
        void step() {
            received.add(new Select<String>().on(event, () -> "event")
                    .receive(channel.receiver(), item -> item)
                    .after(Duration.ofHours(1), () -> "late").await());
        }
    }

    static final class ReceiveUpTo extends SpaceScene {
        static final int COUNT = 40;
        final Channel<Integer> channel = Channels.open(COUNT);
        final List<Integer> received = new ArrayList<>(COUNT);

        @Override
        void before(Nursery nursery) {
            for (int i = 0; i < COUNT; i++) channel.sender().send(i);
        }

        @Override
        void step() {
            received.addAll(channel.receiver().receiveUpTo(COUNT));
        }

        @Override
        void after(boolean done) {
            for (Integer left = channel.receiver().tryReceive(); left != null;) {
                received.add(left);
                left = channel.receiver().tryReceive();
            }
            for (int i = 0; i < COUNT; i++) assertEquals(i, received.get(i));
        }
    }

    static final class WaitToSend extends SpaceScene {
        final Channel<String> channel = Channels.open(0);
        @Nullable
        String received;

        @Override
        void step() {
            channel.sender().send("item");
        }

        @Override
        void meanwhile() {
            received = channel.receiver().tryReceive();
        }

        @Override
        void after(boolean done) {
            assertEquals(done ? "item" : null, received);
            assertEquals(0, channel.statistics().waitingSenders());
        }
    }

    static final class OpenAndCloseHandles extends SpaceScene {
        final Channel<String> channel = Channels.open(2);

        @Override
        void step() {
            channel.sender().duplicate().close();
            channel.receiver().duplicate().close();
        }

        @Override
        void after(boolean done) {
            // A handle that was not closed counts; one that nobody got does not.
            assertEquals(1, channel.statistics().openSenders());
            assertEquals(1, channel.statistics().openReceivers());
        }
    }

    static final class CloseTheSender extends EndsWaits {
        final Channel<String> channel = Channels.open(2);
        final SendChannel<String> other = channel.sender().duplicate();

        CloseTheSender() {
            super(1);
        }

        @Override
        void waits() {
            assertThrows(EndOfChannelException.class, () -> channel.receiver().receive());
        }

        @Override
        int waiting() {
            return channel.statistics().waitingReceivers();
        }

        @Override
        void before(Nursery nursery) {
            super.before(nursery);
            other.close();
        }

        @Override
        void step() {
            channel.sender().close();
        }
    }

    static final class CloseTheReceiver extends EndsWaits {
        final Channel<String> channel = Channels.open(0);

        CloseTheReceiver() {
            super(1);
        }

        @Override
        void waits() {
            assertThrows(BrokenException.class, () -> channel.sender().send("item"));
        }

        @Override
        int waiting() {
            return channel.statistics().waitingSenders();
        }

        @Override
        void step() {
            channel.receiver().close();
        }
    }

    static final class CloseAHandleThatWaits extends EndsWaits {
        final Channel<String> channel = Channels.open(0);
        final ReceiveChannel<String> other = channel.receiver().duplicate();

        CloseAHandleThatWaits() {
            super(1);
        }

        @Override
        void waits() {
            assertThrows(ChannelClosedException.class, other::receive);
        }

        @Override
        int waiting() {
            return channel.statistics().waitingReceivers();
        }

        @Override
        void step() {
            other.close();
        }

        @Override
        void after(boolean done) {
            super.after(done);
            assertEquals(1, channel.statistics().openReceivers());
        }
    }

    static final class Subscribe extends SpaceScene {
        final Broadcast<Integer> broadcast = Broadcast.open("numbers", 64, SlowReader.BLOCK, 40);
        @Nullable
        ReceiveChannel<Integer> reader;

        @Override
        void before(Nursery nursery) {
            for (int i = 0; i < 50; i++) broadcast.send(i);
        }

        @Override
        void step() {
            reader = broadcast.subscribe();
        }

        @Override
        void after(boolean done) {
            assertEquals(done ? 1 : 0, broadcast.statistics().readers());
            if (reader != null) assertEquals(10, reader.tryReceive());
        }
    }

    static final class BroadcastToAFullReader extends SpaceScene {
        final Broadcast<Integer> broadcast = Broadcast.open("numbers", 18, SlowReader.BLOCK, 18);
        final ReceiveChannel<Integer> slow = broadcast.subscribe();
        final ReceiveChannel<Integer> quick = broadcast.subscribe();
        final AtomicInteger sent = new AtomicInteger();

        @Override
        void before(Nursery nursery) {
            for (int i = 0; i < 15; i++) broadcast.send(i);
            for (int i = 0; i < 15; i++) quick.receive();
            for (int i = 15; i < 18; i++) broadcast.send(i);
            nursery.startSoon("sender", () -> {
                for (int i = 18; i < 33; i++) {
                    broadcast.send(i);
                    sent.incrementAndGet();
                }
            });
            awaitThat(() -> broadcast.statistics().waitingSenders() == 1);
        }

        @Override
        void step() {
            assertEquals(0, slow.tryReceive());
        }

        @Override
        void after(boolean done) {
            if (!done) assertEquals(0, slow.tryReceive());
            for (int i = 1; i < 33; i++) assertEquals(i, slow.receive());
            assertEquals(15, quick.receive());
        }
    }

    static final class Broadcasting extends SpaceScene {
        private final SlowReader policy;
        final Broadcast<Integer> broadcast;
        final ReceiveChannel<Integer> first;
        final ReceiveChannel<Integer> second;
        final ReceiveChannel<Integer> third;
        int sent;

        Broadcasting(SlowReader policy) {
            this.policy = policy;
            this.broadcast = Broadcast.open("numbers", 40, policy, 40);
            this.first = broadcast.subscribe();
            this.second = broadcast.subscribe();
            this.third = broadcast.subscribe();
        }

        @Override
        void step() {
            for (int i = 0; i < 60; i++) {
                if (broadcast.trySend(sent)) sent++;
                if (sent == 20 || sent > 30) first.tryReceive();
            }
        }

        @Override
        void after(boolean done) {
            if (!done && broadcast.trySend(sent)) sent++;
            assertEquals(sent, broadcast.statistics().sent());
            broadcast.close();
            int last = lastOf(first);
            assertEquals(sent - 1, last);
            if (policy != SlowReader.FAIL) {
                assertEquals(last, lastOf(second));
                assertEquals(last, lastOf(third));
            } else {
                assertEquals(second.statistics().discarded(), third.statistics().discarded());
                assertEquals(second.statistics().sent(), third.statistics().sent());
            }
        }

        // The items of a reader come in order, without a gap.
        private static int lastOf(ReceiveChannel<Integer> reader) {
            int last = -1;
            for (int item : reader) {
                assertTrue(last < 0 || item == last + 1);
                last = item;
            }
            return last;
        }
    }
}
