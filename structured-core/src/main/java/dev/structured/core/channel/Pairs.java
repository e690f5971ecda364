package dev.structured.core.channel;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The items of two channels in pairs: the first ones of both, then the second ones, and so on.
///
/// It waits for both channels at once. So it notices that one of them has ended even if the other one stays
/// silent.
final class Pairs<A, B> {
    private final ReceiveChannel<? extends A> first;
    private final ReceiveChannel<? extends B> second;
    private final Select<Object> either;
    private @Nullable A one;
    private @Nullable B other;

    Pairs(ReceiveChannel<? extends A> first, ReceiveChannel<? extends B> second) {
        this.first = first;
        this.second = second;
        // Biased, so that the items of one channel that is given twice keep their order.
        this.either = new Select<>(Select.Order.BIASED).receive(first, item -> one = item)
                .receive(second, item -> other = item);
    }

    /// Receives the next item of each channel. **Checkpoint.**
    ///
    /// @return false if one of them has ended
    boolean next() {
        one = null;
        other = null;
        try {
            either.await();
            if (one == null) one = first.receive();
            else
                other = second.receive();
            return true;
        } catch (EndOfChannelException _) {
            return false;
        }
    }

    A one() {
        return Objects.requireNonNull(one);
    }

    B other() {
        return Objects.requireNonNull(other);
    }
}
