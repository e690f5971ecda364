package dev.structured.core.combine;

/// The tokens that retries and hedges spend on extra attempts, shared by all calls to one server: without
/// one, a server in trouble gets several times its usual load just then.
///
/// ```
///   first attempt  ──▶ deposits `ratio` tokens ──▶ ┌────────────┐ ──▶ each further attempt takes 1 token
///                                                  │ at most    │     and is not made if there is none
///                                                  │ `capacity` │
///                                                  └────────────┘
/// ```
///
/// It starts full. So out of any number of calls at most `ratio` × calls + `capacity` extra attempts are
/// made, and no clock is read. The deposits are those of Finagle's `RetryBudget`; the cap on what is saved
/// up, in place of deposits that expire, is that of gRPC's retry throttling (gRFC A6). **Thread-safe.**
public final class Budget {
    private static final long TOKEN = 1_000_000;

    private final long ratio;
    private final long capacity;

    /// All guarded by this. In millionths of a token.
    private long balance;
    private long calls;
    private long granted;
    private long refused;

    /// Makes a budget, which is full.
    ///
    /// @param ratio extra attempts per first attempt in the long run, for example 0.2; from 0 to 1,000; what
    ///     is finer than a millionth is lost
    /// @param capacity the number of extra attempts that can be saved up; from 1 to 1,000,000,000
    /// @throws IllegalArgumentException if one is out of range
    public Budget(double ratio, int capacity) {
        this(millionths(ratio), tokens(capacity) * TOKEN);
    }

    private Budget(long ratio, long capacity) {
        this.ratio = ratio;
        this.capacity = capacity;
        this.balance = capacity;
    }

    private static long millionths(double ratio) {
        if (!(ratio >= 0 && ratio <= 1_000)) {
            throw new IllegalArgumentException(
                    "ratio must be from 0 to 1000 extra attempts per first attempt: " + ratio);
        }
        return Math.round(ratio * TOKEN);
    }

    private static long tokens(int capacity) {
        if (capacity < 1 || capacity > 1_000_000_000) {
            throw new IllegalArgumentException("capacity must be from 1 to 1000000000 tokens: " + capacity);
        }
        return capacity;
    }

    /// Returns a new budget that pays for everything: nine trillion extra attempts.
    public static Budget unlimited() {
        return new Budget(0L, Long.MAX_VALUE);
    }

    /// Puts in the share of a first attempt. For code that makes extra attempts in a way of its own:
    /// [Combine#retry] and [Combine#hedge] do it themselves.
    public synchronized void deposit() {
        calls++;
        balance += Math.min(ratio, capacity - balance);
    }

    /// Takes the price of an extra attempt, which is then made, or [refunded][#refund()].
    ///
    /// @return false if there is less than that
    public synchronized boolean tryWithdraw() {
        if (balance < TOKEN) {
            refused++;
            return false;
        }
        balance -= TOKEN;
        granted++;
        return true;
    }

    /// Puts back the price of an extra attempt that was not made: once for a [#tryWithdraw()] that returned
    /// true.
    public synchronized void refund() {
        balance += Math.min(TOKEN, capacity - balance);
        granted--;
    }

    /// The statistics of a budget at one moment.
    ///
    /// @param tokens the number of tokens that are left
    /// @param calls the number of first attempts
    /// @param granted the number of extra attempts that were paid for and made
    /// @param refused the number of extra attempts that were not made for want of a token
    public record Statistics(double tokens, long calls, long granted, long refused) {}

    /// Returns its statistics.
    public synchronized Statistics statistics() {
        return new Statistics(balance / (double) TOKEN, calls, granted, refused);
    }

    @Override
    public String toString() {
        return "Budget[" + statistics().tokens() + " of " + capacity / (double) TOKEN + " tokens]";
    }
}
