package dev.structured.core.sync;

import dev.structured.core.Body;
import dev.structured.core.Checkpoints;
import dev.structured.core.Task;
import dev.structured.core.ValueBody;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Limits how many borrowers do something at the same time, such as calling a database or keeping a thread
/// busy. Each borrows one token for a while; the number of tokens can be changed at any time.
///
/// ```java
/// CapacityLimiter database = new CapacityLimiter("database", 10);
///
/// Row row = database.call(() -> connection.query(id));
/// database.setTotal(20); // the longest waiting tasks go on at once
/// ```
///
/// A limiter knows its borrowers. A borrower is the calling task, or any object that a token is [borrowed on
/// behalf of][#acquireOnBehalfOf], such as a thread or a request. Borrowers are compared by identity, not by
/// `equals`. A borrower that has a token, or waits for one, cannot borrow another: it could wait for itself.
/// Tokens are given out first come first served.
public final class CapacityLimiter {
    /// The number of tokens that limits nothing.
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    /*
     *   state       who has a token        who waits
     *
     *   null        nobody                 nobody; a token is free
     *   a borrower  that one alone         nobody
     *   TABLE       those in `claims`      those in the queue
     *
     *   null ◀──▶ a borrower                by compare-and-set
     *   null, a borrower ──▶ TABLE ──▶ null under the lock
     *
     * 1. `claims`, the queue and the numbers are guarded by the lock. The first two are empty unless the
     *    state is TABLE. So no later borrower overtakes those in the queue.
     * 2. A borrower in `claims` has a token, or is in the queue, or has been cancelled there and is about to
     *    leave. No borrower waits in the queue while a token is free.
     * 3. The state is TABLE while the total is zero, so that the state need not be read together with the
     *    total.
     */
    private static final Object TABLE = "more than one borrower";
    private static final Object HOLDS = "holds a token";
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(CapacityLimiter.class, "state", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Object lock = new Object();
    private final String label;
    private volatile @Nullable Object state;
    private final WaitQueue<Claim> queue = new WaitQueue<>();
    /// For each borrower its waiting claim, or HOLDS. Compared by identity, so no code of a borrower runs
    /// under the lock.
    private final IdentityHashMap<Object, Object> claims = new IdentityHashMap<>();
    private int total;
    /// The number of borrowers in `claims` that have a token.
    private int borrowed;

    static final class Claim extends Waiter {
        final Object borrower;

        Claim(Object borrower, Wait<Waiter> wait) {
            super(wait);
            this.borrower = borrower;
        }
    }

    /// Makes a limiter without a name.
    ///
    /// @param total the number of tokens; with 0 all borrowers wait until that is changed, with [#UNBOUNDED]
    ///     none waits
    /// @throws IllegalArgumentException if the number is negative
    public CapacityLimiter(int total) {
        this(null, total);
    }

    /// Makes a limiter.
    ///
    /// @param name shown in the task tree and in messages; null for none
    /// @param total the number of tokens; with 0 all borrowers wait until that is changed, with [#UNBOUNDED]
    ///     none waits
    /// @throws IllegalArgumentException if the number is negative
    public CapacityLimiter(@Nullable String name, int total) {
        label = name == null ? "a capacity limiter" : "capacity limiter '" + name + "'";
        this.total = requireTotal(total);
        if (total == 0) state = TABLE;
    }

    private int requireTotal(int tokens) {
        if (tokens < 0) throw new IllegalArgumentException(label + " cannot have " + tokens + " tokens");
        return tokens;
    }

    /* --- Borrowing --- */

    /// Borrows a token for the calling task; waits until one is free. **Checkpoint.**
    ///
    /// @throws IllegalStateException if the task has one already, or the calling thread runs no task
    public void acquire() {
        acquireOnBehalfOf(Task.current());
    }

    /// Borrows a token on behalf of an object; waits until one is free. **Checkpoint.** It is the calling
    /// task that waits, and that a cancellation stops.
    ///
    /// @param borrower compared by identity
    /// @throws IllegalStateException if the borrower has one already or waits for one, or the calling thread
    ///     runs no task
    public void acquireOnBehalfOf(Object borrower) {
        Checkpoints.quickCheckpoint();
        if (tryAcquireOnBehalfOf(borrower)) return;
        Claim claim = new Claim(borrower, Wait.cancellable(this));
        Runnable leave = () -> leave(claim); // made before it is needed
        if (queueUnlessFree(claim)) claim.wait.await(leave);
    }

    /// Borrows a token for the calling task if one is free. **Not a checkpoint.**
    ///
    /// @return false if all are borrowed, or intended for waiting borrowers
    /// @throws IllegalStateException if the task has one already, or the calling thread runs no task
    public boolean tryAcquire() {
        return tryAcquireOnBehalfOf(Task.current());
    }

    /// Borrows a token on behalf of an object if one is free. **Thread-safe. Not a checkpoint.**
    ///
    /// @param borrower compared by identity
    /// @return false if all are borrowed, or intended for waiting borrowers
    /// @throws IllegalStateException if the borrower has one already or waits for one
    public boolean tryAcquireOnBehalfOf(Object borrower) {
        Wait.requireStack();
        if (takeAlone(borrower)) return true;
        Object before;
        synchronized (lock) {
            openTable();
            before = claims.get(borrower);
            if (before == null) {
                if (borrowed >= total) return false;
                grant(borrower);
                return true;
            }
        }
        throw twice(borrower, before);
    }

    /// Takes a token for the borrower, if no borrower has one and none waits.
    private boolean takeAlone(Object borrower) {
        return state == null && STATE.compareAndSet(this, (Object) null, Objects.requireNonNull(borrower));
    }

    /// Puts the only borrower with a token, if there is one, into the table. Holding the lock.
    private void openTable() {
        for (Object seen = state; seen != TABLE; seen = state) {
            if (STATE.compareAndSet(this, seen, TABLE) && seen != null) grant(seen);
        }
    }

    /// Ends the use of the table if it is empty. Holding the lock.
    private void closeTable() {
        if (total > 0 && claims.isEmpty()) state = null;
    }

    /// Puts the claim into the queue, unless a token has come back by now.
    ///
    /// @return false if one has, and the borrower has it now
    boolean queueUnlessFree(Claim claim) {
        Object before;
        synchronized (lock) {
            openTable();
            before = claims.get(claim.borrower);
            if (before == null) {
                if (borrowed < total) {
                    grant(claim.borrower);
                    return false;
                }
                claims.put(claim.borrower, claim);
                queue.add(claim);
                return true;
            }
        }
        throw twice(claim.borrower, before);
    }

    /// Holding the lock.
    private void grant(Object borrower) {
        claims.put(borrower, HOLDS);
        borrowed++;
    }

    void leave(Claim claim) {
        synchronized (lock) {
            queue.remove(claim);
            claims.remove(claim.borrower, claim);
            closeTable();
        }
    }

    private IllegalStateException twice(Object borrower, Object before) {
        return new IllegalStateException(words(borrower)
                + (before == HOLDS ? " has a token of " + label : " waits for a token of " + label)
                + " already, and a borrower may have only one: it could wait for itself for ever."
                + " For more than one, borrow on behalf of other objects.");
    }

    /* --- Giving back --- */

    /// Gives the calling task's token back. The borrower that has waited longest gets it, and this **wakes**
    /// its task.
    /// **Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the task has none, or the calling thread runs no task
    public void release() {
        releaseOnBehalfOf(Task.current());
    }

    /// Gives a borrower's token back. The borrower that has waited longest gets it, and this **wakes** its
    /// task.
    /// **Thread-safe. Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the borrower has none
    public void releaseOnBehalfOf(Object borrower) {
        if (STATE.compareAndSet(this, Objects.requireNonNull(borrower), (Object) null)) return;
        Wait.requireStackToFinish();
        boolean had;
        Claim next = null;
        synchronized (lock) {
            had = claims.remove(borrower, HOLDS);
            if (had) {
                borrowed--;
                next = admit();
                closeTable();
            }
        }
        if (!had) throw foreign(borrower);
        Waiter.wake(next);
    }

    /// Gives a free token to the first waiting claim. Holding the lock.
    ///
    /// @return the claim to be woken; null if there is no token, or none waits
    private @Nullable Claim admit() {
        if (borrowed >= total) return null;
        Claim next = Waiter.next(queue);
        if (next != null) grant(next.borrower);
        return next;
    }

    private IllegalStateException foreign(Object borrower) {
        return new IllegalStateException(words(borrower) + " has no token of " + label
                + " to give back. A token is given back once, by its borrower: the calling task after"
                + " acquire, another object"
                + " after acquireOnBehalfOf with the same object (not an equal one).");
    }

    /* --- Blocks --- */

    /// Runs the code with a token for the calling task, which is given back however the code ends.
    /// **Checkpoint** at its beginning.
    ///
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the task has one already, or the calling thread runs no task
    public <X extends Exception> void run(Body<X> body) throws X {
        Task<?> borrower = Task.current();
        acquireOnBehalfOf(borrower);
        try {
            body.run();
        } finally {
            releaseOnBehalfOf(borrower);
        }
    }

    /// Runs the code with a token for the calling task, which is given back however it ends, and returns its
    /// value. **Checkpoint** at its beginning.
    ///
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the task has one already, or the calling thread runs no task
    public <T extends @Nullable Object, X extends Exception> T call(ValueBody<T, X> body) throws X {
        Task<?> borrower = Task.current();
        acquireOnBehalfOf(borrower);
        try {
            return body.call();
        } finally {
            releaseOnBehalfOf(borrower);
        }
    }

    /* --- The number of tokens --- */

    /// Returns the number of tokens, borrowed or not. **Thread-safe.**
    public int total() {
        synchronized (lock) {
            return total;
        }
    }

    /// Changes the number of tokens. If there are more, **wakes** the tasks that have waited longest; if
    /// there are fewer, borrowers keep theirs, and waiting tasks wait until enough have come back.
    /// **Thread-safe. Not a checkpoint.**
    ///
    /// @param tokens with 0 all borrowers wait until it is changed again, with [#UNBOUNDED] none waits
    /// @throws IllegalArgumentException if the number is negative
    public void setTotal(int tokens) {
        requireTotal(tokens);
        Wait.requireStack();
        Woken admitted = new Woken();
        synchronized (lock) {
            openTable();
            total = tokens;
            for (Claim next = admit(); next != null; next = admit()) admitted.add(next);
            closeTable();
        }
        admitted.wake();
    }

    /// The statistics of a limiter at one moment.
    ///
    /// @param total the number of tokens, borrowed or not
    /// @param borrowed the number of borrowed tokens
    /// @param waiting the number of tasks that wait for one
    /// @param borrowers the borrowers, in no order
    public record Statistics(int total, int borrowed, int waiting, List<Object> borrowers) {
        /// Returns the number of free tokens; negative if the total has been lowered below the number of
        /// borrowed tokens.
        public int available() {
            return total - borrowed;
        }
    }

    /// Returns its statistics. **Thread-safe.**
    public Statistics statistics() {
        synchronized (lock) {
            Object seen = state; // holding the lock, so the table is neither opened nor closed
            if (seen == null) return new Statistics(total, 0, 0, List.of());
            if (seen != TABLE) return new Statistics(total, 1, 0, List.of(seen));
            List<Object> borrowers = new ArrayList<>(borrowed);
            claims.forEach((borrower, claim) -> {
                if (claim == HOLDS) borrowers.add(borrower);
            });
            return new Statistics(total, borrowed, queue.size(), List.copyOf(borrowers));
        }
    }

    /// Returns the borrower in words. Never holding the lock: the words are the borrower's own code.
    private static String words(Object borrower) {
        return borrower instanceof Task<?> task
                ? "Task '" + task.path() + "'"
                : "Borrower '" + text(borrower) + "'";
    }

    /// Returns the borrower in words, or its class if it cannot describe itself.
    @SuppressWarnings("SwallowedCancelled") // the next checkpoint throws again
    private static String text(Object borrower) {
        try {
            return borrower.toString();
        } catch (Throwable cannotTell) {
            return borrower.getClass().getName();
        }
    }

    @Override
    public String toString() {
        return label;
    }
}
