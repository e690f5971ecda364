package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Timeouts;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.testing.StructuredTest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Isolated;

/// Raises signals in this very JVM, only such as are listened to: those of SIGHUP, mostly, which nobody else
/// handles here.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There are no POSIX signals")
@Isolated
class SignalsTest {
    private static final Set<Signal> HUP = EnumSet.of(Signal.HUP);

    static void raise(Signal signal) {
        try {
            Class<?> type = Class.forName("sun.misc.Signal");
            type.getMethod("raise", type).invoke(null,
                    type.getConstructor(String.class).newInstance(signal.name()));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("signals", e);
        }
    }

    /// Stands for a handler that was there before; the JVM's own comes in a new wrapping each time.
    private final Object former = newHandler();
    private Object jvms = former;

    private static Object newHandler() {
        Class<?> type = named("sun.misc.SignalHandler");
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type},
                (self, method, arguments) -> switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "toString" -> "a former handler";
                    default -> null;
                });
    }

    private static Class<?> named(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new LinkageError(name, e);
        }
    }

    /// Makes it the handler of SIGHUP, and returns the one before.
    private static Object handle(Object handler) {
        try {
            Class<?> type = named("sun.misc.Signal");
            Object its = type.getConstructor(String.class).newInstance("HUP");
            return type.getMethod("handle", type, named("sun.misc.SignalHandler")).invoke(null, its, handler);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("signals", e);
        }
    }

    private static Object handler() {
        Object found = handle(newHandler());
        handle(found);
        return found;
    }

    @BeforeEach
    void somebody_handles_it() {
        jvms = handle(former);
    }

    @AfterEach
    void the_jvms_own_is_back() {
        assertSame(former, handle(jvms));
    }

    @StructuredTest(realTime = true)
    void signal_comes_out_of_the_channel_and_the_former_handler_is_back_after_the_block() {
        Signal received = Signals.open(HUP, signals -> {
            assertNotEquals(former, handler());
            raise(Signal.HUP);
            return signals.receive();
        });
        assertEquals(Signal.HUP, received);
        assertSame(former, handler());
        assertEquals(143, Signal.TERM.exitCode());
    }

    @StructuredTest(realTime = true)
    void flood_of_one_signal_takes_no_space_and_hides_no_other() {
        Signals.<@Nullable Void, RuntimeException>open(EnumSet.of(Signal.HUP, Signal.TERM), signals -> {
            for (int i = 0; i < 100; i++) raise(Signal.HUP);
            raise(Signal.TERM);
            int hups = 0;
            while (signals.receive() == Signal.HUP)
                hups++;
            if (hups < 1 || hups > 100) throw new AssertionError(hups + " times HUP");
            return null;
        });
    }

    @StructuredTest(realTime = true)
    void block_that_has_closed_the_channel_goes_on_when_a_signal_comes() {
        String value = Signals.open(HUP, signals -> {
            signals.close();
            raise(Signal.HUP);
            Checkpoints.sleep(Duration.ofMillis(50));
            raise(Signal.HUP);
            Checkpoints.sleep(Duration.ofMillis(50));
            return "done";
        });
        assertEquals("done", value);
        assertSame(former, handler());
    }

    @StructuredTest(realTime = true)
    void several_blocks_are_told_and_may_end_in_any_order() {
        Nursery.run(nursery -> {
            nursery.startSoon("first", () -> Signals.open(HUP, ReceiveChannel::receive));
            Signals.<@Nullable Void, RuntimeException>open(HUP, signals -> {
                Checkpoints.sleep(Duration.ofMillis(20));
                raise(Signal.HUP);
                signals.receive();
                return null;
            });
            assertThrows(IllegalArgumentException.class,
                    () -> Signals.open(Set.of(), ReceiveChannel::receive));
        });
        assertSame(former, handler());
    }

    @StructuredTest(realTime = true)
    void cancelled_or_failing_block_gives_the_signals_back() {
        assertNull(
                Timeouts.moveOnAfter(Duration.ofMillis(10), () -> Signals.open(HUP, ReceiveChannel::receive))
                        .orElse(null));
        assertSame(former, handler());
        IOException mine = new IOException("mine");
        assertSame(mine, assertThrows(IOException.class, () -> Signals.open(HUP, _ -> {
            throw mine;
        })));
        assertSame(former, handler());
    }

    @Test
    void listener_outside_of_tasks_hears_signals_until_its_registration_is_closed() throws Exception {
        BlockingQueue<Signal> heard = new LinkedBlockingQueue<>();
        Signals.Registration first = Signals.listen(HUP, heard::add);
        Signals.Registration second = Signals.listen(HUP, heard::add);
        raise(Signal.HUP);
        assertEquals(Signal.HUP, heard.poll(60, TimeUnit.SECONDS));
        assertEquals(Signal.HUP, heard.poll(60, TimeUnit.SECONDS));
        first.close();
        first.close();
        raise(Signal.HUP);
        assertEquals(Signal.HUP, heard.poll(60, TimeUnit.SECONDS));
        second.close();
        assertSame(former, handler());
        assertTrue(heard.isEmpty());
        assertThrows(IllegalArgumentException.class, () -> Signals.listen(Set.of(), heard::add));
    }

    @Test
    void listener_that_throws_keeps_no_other_from_hearing() throws Exception {
        BlockingQueue<Signal> heard = new LinkedBlockingQueue<>();
        Signals.Registration first = Signals.listen(HUP, _ -> {
            throw new IllegalStateException("of the first listener");
        });
        Signals.Registration second = Signals.listen(HUP, heard::add);
        raise(Signal.HUP);
        assertEquals(Signal.HUP, heard.poll(10, TimeUnit.SECONDS));
        first.close();
        second.close();
    }

    @StructuredTest(detectDeadlocks = true, realTime = true)
    void task_that_waits_for_a_signal_is_in_no_deadlock() {
        Signals.<@Nullable Void, RuntimeException>open(HUP, signals -> {
            raise(Signal.HUP);
            signals.receive();
            return null;
        });
    }

    /// A block that was cut short has no value; the caller is not cancelled any more.
    @StructuredTest
    void cancellation_that_a_shield_hides_in_the_middle_is_told() {
        CancelScope inner = new CancelScope("inner");
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        new CancelScope("outer").withTimeout(Duration.ofMillis(10)).run(() -> inner.run(() -> {
            assertThrows(ScopeCancelledException.class, () -> Signals.<String, Exception>open(HUP, _ -> {
                try {
                    Checkpoints.sleepForever();
                    return "value";
                } finally {
                    inner.setShielded(true);
                }
            }));
            seen.add("told");
        }));
        assertEquals("told", seen.poll());
    }
}
