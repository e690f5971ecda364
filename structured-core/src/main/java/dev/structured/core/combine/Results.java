package dev.structured.core.combine;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The results of tasks, each of which can be taken once. For use inside the block that receives it, by the
/// block's task.
///
/// `hasNext()` and `next()` of its iterators wait, and are **checkpoints**: `hasNext()` until a result is
/// there or no more can come. All its iterators take from the same results, so a second loop continues where
/// the first one stopped.
///
/// A body or an item may end without a result. If it has failed, the block is cancelled. If its task was
/// [cancelled by itself][dev.structured.core.Task#cancel()], the block goes on, and both methods throw a
/// [ScopeCancelledException][dev.structured.core.ScopeCancelledException] as soon as they would have to wait.
/// A shield hides the cancellation of the block from them. In a shield they throw a
/// [CompletionException][java.util.concurrent.CompletionException] after a failure, with the failure as the
/// cause, and otherwise the same.
///
/// @param <R> a result
public final class Results<R extends @Nullable Object> implements Iterable<R> {
    private final Mapping<?, R> mapping;

    Results(Mapping<?, R> mapping) {
        this.mapping = mapping;
    }

    /// The statistics of the results at one moment.
    ///
    /// @param begun the number of items taken from the source
    /// @param running the number of items that are being worked on
    /// @param waiting the number of results that are not taken yet
    public record Statistics(long begun, int running, int waiting) {}

    /// Returns the statistics. **Thread-safe.**
    public Statistics statistics() {
        return mapping.statistics();
    }

    /// Returns an iterator over the results that have not been taken yet.
    @Override
    public Iterator<R> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return mapping.awaitNext();
            }

            @Override
            public R next() {
                if (!mapping.awaitNext()) throw new NoSuchElementException("All results have been taken");
                return mapping.take();
            }
        };
    }
}
