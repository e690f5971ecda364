package dev.structured.bench;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import kotlin.ResultKt;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import kotlin.coroutines.jvm.internal.SuspendLambda;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.GlobalScope;
import kotlinx.coroutines.channels.BufferOverflow;
import kotlinx.coroutines.channels.Channel;
import kotlinx.coroutines.channels.ChannelKt;
import org.jspecify.annotations.Nullable;

/// Kotlin's channels and coroutines, on their default dispatcher. The coroutines are the state machines that
/// Kotlin's compiler makes of `repeat(items) { channel.send(…) }` and of a loop around `channel.receive()`,
/// written by hand to spare the build a compiler.
final class KotlinChannels {
    private KotlinChannels() {}

    static long pass(Traffic traffic) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(
                traffic.channels() * (traffic.senders() + traffic.receivers()));
        LongAdder sum = new LongAdder();
        for (int i = 0; i < traffic.channels(); i++) {
            Channel<Integer> channel = ChannelKt.Channel(traffic.capacity(), BufferOverflow.SUSPEND, null);
            for (int s = 0; s < traffic.senders(); s++)
                launch(new Sender(channel, traffic.itemsOfSender(), ended, null));
            for (int r = 0; r < traffic.receivers(); r++)
                launch(new Receiver(channel, traffic.itemsOfReceiver(), sum, ended, null));
        }
        ended.await();
        return sum.sum();
    }

    private static void launch(Function2<CoroutineScope, Continuation<? super Unit>, Object> code) {
        BuildersKt.launch(GlobalScope.INSTANCE, Dispatchers.getDefault(), CoroutineStart.DEFAULT, code);
    }

    /// A coroutine: it goes on after the call that suspended it.
    @SuppressWarnings("serial") // nobody writes it anywhere
    private abstract static class Code extends SuspendLambda
            implements
                Function2<CoroutineScope, Continuation<? super Unit>, Object> {
        final Channel<Integer> channel;
        final int items;
        final CountDownLatch ended;
        int done;

        Code(Channel<Integer> channel, int items, CountDownLatch ended,
                @Nullable Continuation<Object> completion) {
            super(2, completion);
            this.channel = channel;
            this.items = items;
            this.ended = ended;
        }

        /// Returns a new coroutine of the same code.
        abstract Code copy(Continuation<Object> completion);

        @Override
        public final Continuation<Unit> create(@Nullable Object value, Continuation<?> completion) {
            return cast(copy(cast(completion)));
        }

        @Override
        public final Object invoke(CoroutineScope scope, Continuation<? super Unit> completion) {
            return copy(cast(completion)).invokeSuspend(Unit.INSTANCE);
        }

        /// @return the marker for "suspended", or any other object
        @Override
        protected abstract Object invokeSuspend(Object result);

        @SuppressWarnings("unchecked") // as in Kotlin: a continuation's argument is not checked
        static <R> Continuation<R> cast(Continuation<?> continuation) {
            return (Continuation<R>) continuation;
        }
    }

    @SuppressWarnings("serial")
    private static final class Sender extends Code {
        Sender(Channel<Integer> channel, int items, CountDownLatch ended,
                @Nullable Continuation<Object> completion) {
            super(channel, items, ended, completion);
        }

        @Override
        Code copy(Continuation<Object> completion) {
            return new Sender(channel, items, ended, completion);
        }

        @Override
        protected Object invokeSuspend(Object result) {
            ResultKt.throwOnFailure(result);
            Object suspended = IntrinsicsKt.getCOROUTINE_SUSPENDED();
            while (done < items) {
                Integer item = Traffic.item(done++);
                if (channel.send(item, cast(this)) == suspended) return suspended;
            }
            ended.countDown();
            return Unit.INSTANCE;
        }
    }

    @SuppressWarnings("serial")
    private static final class Receiver extends Code {
        private final LongAdder sum;
        private long received;
        private boolean waits;

        Receiver(Channel<Integer> channel, int items, LongAdder sum, CountDownLatch ended,
                @Nullable Continuation<Object> completion) {
            super(channel, items, ended, completion);
            this.sum = sum;
        }

        @Override
        Code copy(Continuation<Object> completion) {
            return new Receiver(channel, items, sum, ended, completion);
        }

        @Override
        protected Object invokeSuspend(Object result) {
            ResultKt.throwOnFailure(result);
            Object suspended = IntrinsicsKt.getCOROUTINE_SUSPENDED();
            Object item = result; // of the call that had to wait
            while (done < items) {
                if (!waits) {
                    waits = true; // before the call: another thread may go on here before it has returned
                    item = channel.receive(cast(this));
                    if (item == suspended) return suspended;
                }
                waits = false;
                received += (Integer) Objects.requireNonNull(item);
                done++;
            }
            sum.add(received);
            ended.countDown();
            return Unit.INSTANCE;
        }
    }
}
