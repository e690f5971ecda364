package dev.structured.core.combine;

/// The tokens that retries and hedges spend on extra attempts, shared by all calls to one server. Without a
/// budget, a server in trouble gets several times its usual load.
///
/// ```
///   first attempt  ──▶ deposits `ratio` tokens ──▶ ┌────────────┐ ──▶ each further attempt takes 1 token
///                                                  │ at most    │     and is not made if there is none
///                                                  │ `capacity` │
///                                                  └────────────┘
/// ```
///
/// It starts full. So for any number of calls at most `ratio` × calls + `capacity` extra attempts are made,
/// and no clock is read. The deposits are those of Finagle's `RetryBudget`; the cap on saved tokens, in place
/// of deposits that expire, is that of gRPC's retry throttling (gRFC A6). **Thread-safe.**
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
    /// @param ratio the number of extra attempts per first attempt in the long run, for example 0.2; from 0
    ///     to 1,000, rounded to millionths
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

    /// Adds the share of a first attempt. For code that makes extra attempts in its own way: [Combine#retry]
    /// and [Combine#hedge] call this themselves.
    public synchronized void deposit() {
        calls++;
        balance += Math.min(ratio, capacity - balance);
    }

    /// Takes the token for an extra attempt, which is then made or [refunded][#refund()].
    ///
    /// @return false if there is less than one token
    public synchronized boolean tryWithdraw() {
        if (balance < TOKEN) {
            refused++;
            return false;
        }
        balance -= TOKEN;
        granted++;
        return true;
    }

    /// Puts back the token for an extra attempt that was not made. Call it at most once for each
    /// [#tryWithdraw()] that returned true.
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
