package dev.structured.core.combine;

import dev.structured.core.Action;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Fn;
import dev.structured.core.Nursery;
import dev.structured.core.ParkingLot;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Task;
import dev.structured.core.WaitQueue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Turns items into results, each in a task of its own, a limited number at a time.
///
/// @param <I> an item
/// @param <R> a result
final class Mapping<I extends @Nullable Object, R extends @Nullable Object> {
    /*
     *              room for one more                  its task returns                    next()
     *   in the source ───────────────▶ being worked on ───────────────▶ waiting to be taken ─────▶ taken
     *                                          │ the block has ended            │ the block ends
     *                                          └──────────▶ discarded ◀─────────┘
     *
     * Invariants, all under the lock, which is this:
     * 1. At most `limit` items are being worked on, and at most `window` are begun and not taken.
     * 2. The source is asked for an item only when 1 allows it to begin at once, and by one task.
     * 3. `places` has the results that wait, in the order in which they are to be taken. If that is the order
     *    of the source, it also has the places of items that are being worked on.
     * 4. Once the mapping is closed, no result is added.
     */
    private record Result<R extends @Nullable Object>(R value) {}

    private static final class Place<R extends @Nullable Object> extends WaitQueue.Entry {
        @Nullable
        Result<R> result;
    }

    private final String name;
    private final Iterator<? extends I> source;
    private final Fn<? super I, ? extends R, ?> mapper;
    private final Unclaimed<R> unclaimed;
    private final boolean ordered;
    private final int limit;
    private final int window;

    private final ParkingLot room = new ParkingLot("room for another item");
    private final ParkingLot results = new ParkingLot("the next result");

    /// All guarded by this.
    private final WaitQueue<Place<R>> places = new WaitQueue<>();
    private long begun;
    private long taken;
    private int running;
    private boolean sourceEnded;
    private boolean closed;
    /// The first task that has ended, or is about to, without having done its work; null if there is none.
    private @Nullable Task<?> without;

    /// Of the block's task only.
    private boolean blockEnded;

    Mapping(String name, Iterator<? extends I> source, Fn<? super I, ? extends R, ?> mapper,
            Discard<? super R> discard, boolean ordered, int limit, int window) {
        if (limit < 1) {
            throw new IllegalArgumentException(
                    "limit, the number of items that run at once, must be at least 1: " + limit);
        }
        this.name = name;
        this.source = source;
        this.mapper = mapper;
        this.unclaimed = new Unclaimed<>(discard);
        this.ordered = ordered;
        this.limit = limit;
        this.window = window;
    }

    /* --- The block --- */

    /// Begins all items and then runs the block.
    void runFed(Action<Results<R>, ?> block) {
        run(this::feed, block);
    }

    /// Runs the block while another task begins the items.
    void runFeeding(Action<Results<R>, ?> block) {
        run(nursery -> nursery.startSoon(name + " source", () -> feedBeside(nursery)), block);
    }

    private void run(Action<Nursery, ?> feeding, Action<Results<R>, ?> block) {
        Checkpoints.checkCancelled();
        CancelScope scope = Nurseries.run(name, nursery -> {
            try {
                feeding.accept(nursery);
                block.accept(new Results<>(this));
            } catch (Throwable thrown) {
                unclaimed.dropBeside(thrown, close());
                throw thrown;
            }
            blockEnded = true;
            if (!isOver()) nursery.scope().cancel("the block that takes the results has ended");
            unclaimed.drop(nursery, close());
        });
        if (!blockEnded) Nurseries.requireUncancelled(scope); // else a part would pass for all
    }

    /// Returns the results that were not taken.
    private synchronized List<R> close() {
        closed = true;
        List<R> left = new ArrayList<>(places.size());
        for (Place<R> place = places.poll(); place != null; place = places.poll()) {
            if (place.result != null) left.add(place.result.value());
        }
        return left;
    }

    /* --- From the source --- */

    private void feedBeside(Nursery nursery) {
        boolean fed = false;
        try {
            feed(nursery);
            fed = true;
        } finally {
            if (!fed) endsWithoutResult();
        }
    }

    private void feed(Nursery nursery) {
        while (true) {
            await(room, () -> hasRoom() || without() != null);
            if (without() != null) return; // the block throws
            if (!source.hasNext()) break;
            I item = source.next();
            Place<R> place = new Place<>();
            long number = begin(place);
            nursery.startSoon(name + " " + number, () -> work(nursery, item, place));
        }
        endSource();
        results.unparkAll();
    }

    private synchronized boolean hasRoom() {
        return running < limit && begun - taken < window;
    }

    private synchronized long begin(Place<R> place) {
        if (ordered) places.add(place);
        running++;
        return ++begun;
    }

    private synchronized void endSource() {
        sourceEnded = true;
    }

    private void work(Nursery nursery, I item, Place<R> place) throws Exception {
        boolean mapped = false;
        try {
            Checkpoints.checkCancelled(); // what is cancelled need not begin
            R value = mapper.apply(item);
            keep(nursery, place, value);
            mapped = true;
        } finally {
            if (!mapped) endsWithoutResult();
        }
    }

    private void keep(Nursery nursery, Place<R> place, R value) {
        boolean filled;
        try {
            filled = fill(place, value);
        } catch (VirtualMachineError e) { // no space: nobody is going to take it
            unclaimed.dropBeside(e, Collections.singletonList(value));
            throw e;
        }
        if (filled) {
            room.unparkAll();
            results.unparkAll();
        } else {
            unclaimed.dropLate(nursery, value);
        }
    }

    /// The calling task has failed, or was cancelled: if it was cancelled by itself, the nursery goes on. The
    /// block would wait for ever for what the task was to do, even in the case of a failure if it is in a
    /// shield.
    private void endsWithoutResult() {
        synchronized (this) {
            if (without == null) without = Task.current();
        }
        room.unparkAll();
        results.unparkAll();
    }

    private synchronized @Nullable Task<?> without() {
        return without;
    }

    /// @return false if results are no longer taken
    private synchronized boolean fill(Place<R> place, R value) {
        if (closed) return false;
        place.result = new Result<>(value);
        running--;
        if (!ordered) places.add(place);
        return true;
    }

    /* --- To the block --- */

    /// Waits until a result can be taken, or until no more can come. **Checkpoint.**
    ///
    /// @return whether one can be taken
    /// @throws CompletionException if the next one is not there, a task has failed, and the caller is in a
    ///     shield
    /// @throws ScopeCancelledException if the next one is not there, and a task was cancelled by itself
    boolean awaitNext() {
        await(results, () -> ready() != null || isOver() || without() != null);
        if (ready() != null) return true;
        Task<?> ended = without();
        if (ended != null) ended.await(); // throws, as it has no value
        return false;
    }

    /// Waits until the condition holds. Code that changes the state wakes the waiting task, which checks the
    /// condition again.
    private static void await(ParkingLot lot, BooleanSupplier holds) {
        boolean parked = true;
        while (parked)
            parked = lot.parkIf(() -> !holds.getAsBoolean());
    }

    private synchronized @Nullable Result<R> ready() {
        requireOpen();
        Place<R> first = places.first();
        return first == null ? null : first.result;
    }

    private synchronized boolean isOver() {
        return sourceEnded && running == 0 && places.isEmpty();
    }

    /// Takes the result that is ready.
    R take() {
        Result<R> result;
        synchronized (this) {
            result = ready();
            if (result == null) throw new IllegalStateException(name + ": two tasks take results at once");
            places.poll();
            taken++;
        }
        room.unparkAll();
        return result.value();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The results of '" + name
                    + "' are gone: their block has ended. Take them inside the block.");
        }
    }

    synchronized Results.Statistics statistics() {
        return new Results.Statistics(begun, running, places.size() - (ordered ? running : 0));
    }
}
