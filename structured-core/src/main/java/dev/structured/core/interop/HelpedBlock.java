package dev.structured.core.interop;

import dev.structured.core.Body;
import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Instrument;
import dev.structured.core.Nursery;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.ValueBody;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A block on the caller's thread, and tasks beside it that help it, for example by reading and writing.
///
/// The first of them that fails stops the others, and its exception is thrown as it is, not in a group, since
/// the caller of the block does not know of the tasks. When the block has its value, the helpers go on until
/// they end or are [stopped][#stopHelpers].
final class HelpedBlock {
    private final Nursery nursery;
    /// Guarded by this.
    private @Nullable Throwable failure;

    private HelpedBlock(Nursery nursery) {
        this.nursery = nursery;
    }

    /// The code of the block.
    @FunctionalInterface
    interface Content<T extends @Nullable Object> {
        T call(HelpedBlock block) throws Exception;
    }

    /// Runs the content, and returns its value when all helpers have ended.
    ///
    /// @param name of the nursery
    /// @throws ScopeCancelledException if the content was cut short by a cancellation that a shield has
    ///     hidden since then
    @SuppressWarnings("NullAway") // the content's own value
    static <T extends @Nullable Object> T call(String name, Content<T> content) {
        AtomicReference<@Nullable HelpedBlock> opened = new AtomicReference<>();
        T value;
        try {
            value = Nursery.call(name, nursery -> {
                HelpedBlock block = new HelpedBlock(nursery);
                opened.set(block);
                return block.guarded(() -> content.call(block));
            });
        } catch (Cancelled cancelled) {
            Throwable failure = failureOf(opened.get());
            // Suppressed, it would count as the cancellation's own trace.
            if (failure instanceof InterruptedException) Instrument.reportDropped(failure);
            else if (failure != null) cancelled.addSuppressed(failure);
            throw cancelled;
        } catch (ScopeCancelledException stopped) {
            Throwable failure = failureOf(opened.get());
            throw failure == null ? stopped : Rethrow.unchecked(failure);
        }
        Throwable failure = failureOf(opened.get());
        if (failure != null) throw Rethrow.unchecked(failure);
        return value;
    }

    private static @Nullable Throwable failureOf(@Nullable HelpedBlock block) {
        return block == null ? null : block.failure();
    }

    /// Starts a helper.
    void beside(String name, Body<Exception> helper) {
        nursery.startSoon(name, () -> guarded(() -> {
            helper.run();
            return null;
        }));
    }

    /// Cancels the helpers, and the block if it still waits.
    void stopHelpers() {
        nursery.scope().cancel("its block has ended");
    }

    /// The scope is never cancelled. It turns the exceptions of interrupted code into a cancellation, so
    /// every other one is a failure, an [InterruptedException] of the code's own too.
    ///
    /// @return the value; null after a failure
    private <T extends @Nullable Object> @Nullable T guarded(ValueBody<T, Exception> body) {
        try {
            return new CancelScope(nursery.name()).call(body).orElseThrow();
        } catch (Cancelled cancelled) { // the kernel's
            throw cancelled;
        } catch (Throwable thrown) {
            failed(thrown);
            return null;
        }
    }

    private void failed(Throwable thrown) {
        synchronized (this) {
            if (failure == null || isPassedOnBy(failure, thrown)) failure = thrown;
            else
                Instrument.suppressOrReport(failure, thrown);
        }
        nursery.scope().cancel("'" + nursery.name() + "' has failed: " + thrown.getClass().getName());
    }

    /// Returns true if the first is only that a channel between the block and a helper is broken, because the
    /// side that sends has failed. The one that receives may be heard of before that side.
    private static boolean isPassedOnBy(Throwable first, Throwable thrown) {
        return first instanceof BrokenException broken && broken.getCause() == thrown;
    }

    private synchronized @Nullable Throwable failure() {
        return failure;
    }
}
