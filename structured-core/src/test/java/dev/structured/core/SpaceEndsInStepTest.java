package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.core.channel.SlowReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Space that ends inside a single step of a channel, a lock or an event: the step has happened, or it has
/// not and the error comes out. In both cases all goes on as before.
///
/// Each step is done again and again, and fails at each of its [allocations][NoSpace] in turn.
@Timeout(300)
public class SpaceEndsInStepTest {
    private static final long PATIENCE_MILLIS = Long.getLong("space.patience", 60_000);
    /// What ends something takes no space, and so cannot fail.
    private static final Set<Step> ENDS = EnumSet.of(Step.CLOSE_THE_SENDER, Step.CLOSE_THE_RECEIVER,
            Step.CLOSE_A_HANDLE_THAT_WAITS, Step.BROADCAST_TO_A_FULL_READER, Step.UNLOCK, Step.EVENT);
    /// No step allocates more often.
    private static final int MANY = 2_000;

    enum Step {
        // Channels
        SEND, RECEIVE, SELECT, SELECT_WITH_A_LIMIT_AND_AN_EVENT, RECEIVE_UP_TO, WAIT_TO_SEND,
        // Their handles
        OPEN_AND_CLOSE_HANDLES, CLOSE_THE_SENDER, CLOSE_THE_RECEIVER, CLOSE_A_HANDLE_THAT_WAITS,
        // Broadcasts
        BROADCAST, BROADCAST_THAT_DROPS, BROADCAST_THAT_GIVES_UP, SUBSCRIBE, BROADCAST_TO_A_FULL_READER,
        // Locks
        LOCK, UNLOCK, CONDITION, CONDITION_THAT_IS_LEFT, OWNER_ENDS,
        // Permits and meetings
        SEMAPHORE, LIMITER, LIMITER_GROWS, EVENT, BARRIER, WAIT_AT_A_BARRIER, BREAK_A_LOT,
        // Ways into a run
        PORTAL, POST,
        // Nurseries and scopes
        A_CHILD_FAILS, NURSERY, CANCEL, START;

        SpaceScene scene() {
            return switch (this) {
                case SEND -> new SpaceInChannels.Send();
                case RECEIVE -> new SpaceInChannels.Receive();
                case SELECT -> new SpaceInChannels.Selecting();
                case SELECT_WITH_A_LIMIT_AND_AN_EVENT -> new SpaceInChannels.SelectWithALimitAndAnEvent();
                case RECEIVE_UP_TO -> new SpaceInChannels.ReceiveUpTo();
                case WAIT_TO_SEND -> new SpaceInChannels.WaitToSend();
                case OPEN_AND_CLOSE_HANDLES -> new SpaceInChannels.OpenAndCloseHandles();
                case CLOSE_THE_SENDER -> new SpaceInChannels.CloseTheSender();
                case CLOSE_THE_RECEIVER -> new SpaceInChannels.CloseTheReceiver();
                case CLOSE_A_HANDLE_THAT_WAITS -> new SpaceInChannels.CloseAHandleThatWaits();
                case BROADCAST -> new SpaceInChannels.Broadcasting(SlowReader.BLOCK);
                case BROADCAST_THAT_DROPS -> new SpaceInChannels.Broadcasting(SlowReader.DROP_OLDEST);
                case BROADCAST_THAT_GIVES_UP -> new SpaceInChannels.Broadcasting(SlowReader.FAIL);
                case SUBSCRIBE -> new SpaceInChannels.Subscribe();
                case BROADCAST_TO_A_FULL_READER -> new SpaceInChannels.BroadcastToAFullReader();
                case LOCK -> new SpaceInLocks.AwaitALock();
                case UNLOCK -> new SpaceInLocks.HandALockOver();
                case CONDITION -> new SpaceInLocks.AwaitACondition();
                case CONDITION_THAT_IS_LEFT -> new SpaceInLocks.LeaveACondition();
                case OWNER_ENDS -> new SpaceInLocks.OwnerEnds();
                case SEMAPHORE -> new SpaceInLocks.AwaitASemaphore();
                case LIMITER -> new SpaceInLocks.AwaitALimiter();
                case LIMITER_GROWS -> new SpaceInLocks.GrowALimiter();
                case EVENT -> new SpaceInLocks.SetAnEvent();
                case BARRIER -> new SpaceInLocks.EndARound();
                case WAIT_AT_A_BARRIER -> new SpaceInLocks.WaitAtABarrier();
                case BREAK_A_LOT -> new SpaceInLocks.BreakALot();
                case PORTAL -> new SpaceInRuns.Submit();
                case POST -> new SpaceInRuns.Post();
                case A_CHILD_FAILS -> new SpaceInRuns.AChildFails();
                case NURSERY -> new SpaceInRuns.OpenANursery();
                case CANCEL -> new SpaceInRuns.CancelAScope();
                case START -> new SpaceInRuns.StartAndWait();
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void has_happened_or_not(Step step) throws Exception {
        Method play = NoSpace.loader().loadClass(getClass().getName()).getMethod("play", String.class);
        try {
            play.invoke(null, step.name());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) throw error;
            throw e;
        }
    }

    /// Runs in classes that ask for space.
    public static void play(String name) throws InterruptedException {
        Step step = Step.valueOf(name);
        try (Closing closing = new Closing(Scheduler.open())) {
            attempt(closing, step, MANY); // links the code
            int allocations = 0;
            while (attempt(closing, step, allocations))
                allocations++;
            assertEquals(ENDS.contains(step), allocations == 0, allocations + " allocations");
        }
    }

    /// Closes the scheduler unless something hangs.
    private static final class Closing implements AutoCloseable {
        final Scheduler scheduler;
        boolean hangs;

        Closing(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public void close() {
            if (!hangs) scheduler.close();
        }
    }

    /// @return true if space ended
    private static boolean attempt(Closing closing, Step step, int allocations) throws InterruptedException {
        boolean[] failed = new boolean[1];
        Throwable[] thrown = new Throwable[1];
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                closing.scheduler.run("attempt", () -> failed[0] = attempt(step.scene(), allocations));
            } catch (Throwable e) {
                thrown[0] = e;
            }
        });
        if (!thread.join(Duration.ofMillis(PATIENCE_MILLIS))) {
            closing.hangs = true;
            throw new AssertionError("hangs when allocation " + allocations + " fails, at "
                    + NoSpace.place() + "\n" + TaskTree.of(closing.scheduler));
        }
        if (thrown[0] != null) {
            throw new AssertionError("when allocation " + allocations + " fails: " + thrown[0] + ", at "
                    + NoSpace.place(), thrown[0]);
        }
        return failed[0];
    }

    private static boolean attempt(SpaceScene scene, int allocations) throws InterruptedException {
        AtomicInteger state = new AtomicInteger(); // 1: the step begins, 2: it is done, 3: it is not
        boolean[] failed = new boolean[1];
        Nursery.run(nursery -> {
            scene.begin(nursery);
            Task<?> task = nursery.startSoon("step", () -> {
                state.set(1);
                boolean done = true;
                NoSpace.after(allocations);
                try {
                    scene.step();
                } catch (OutOfMemoryError expected) {
                    done = false;
                } finally {
                    if (!scene.failsAtItsEnd()) failed[0] = NoSpace.end();
                }
                state.set(done ? 2 : 3);
            });
            scene.awaitThat(() -> state.get() > 1 || (state.get() == 1 && task.waitsFor() != null));
            scene.meanwhile();
            scene.awaitThat(() -> scene.failsAtItsEnd() ? task.isDone() : state.get() > 1);
            if (scene.failsAtItsEnd()) failed[0] = NoSpace.end();
            scene.after(state.get() == 2);
            nursery.scope().cancel("the test is over");
        });
        return failed[0];
    }
}
