package dev.structured.core;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A point in time on a scheduler's clock. Immutable.
///
/// ```java
/// Deadline deadline = Scheduler.current().deadlineAfter(Duration.ofSeconds(2));
/// Timeouts.failAt(deadline, () -> first());
/// Timeouts.failAt(deadline, () -> second()); // both have 2 s together
/// ```
///
/// Two deadlines are the same on every clock: [#NEVER], which no time reaches, and [#PASSED], which lies
/// before every other. Deadlines on different clocks cannot be compared.
public final class Deadline implements Comparable<Deadline> {
    /// The deadline that no time reaches.
    public static final Deadline NEVER = new Deadline(null, Nanos.NEVER);
    /// The deadline that has always passed. The [effective deadline][Checkpoints#effectiveDeadline()] of a
    /// cancelled task.
    public static final Deadline PASSED = new Deadline(null, Nanos.PASSED);

    /// The clock; null for the two that are the same on every clock.
    private final @Nullable Platform clock;
    private final long nanos;

    private Deadline(@Nullable Platform clock, long nanos) {
        this.clock = clock;
        this.nanos = nanos;
    }

    /// Returns the deadline at a time of the clock.
    ///
    /// @param clock not null if the time is neither [Nanos#NEVER] nor [Nanos#PASSED]
    static Deadline at(@Nullable Platform clock, long nanos) {
        if (nanos == Nanos.NEVER) return NEVER;
        if (nanos == Nanos.PASSED) return PASSED;
        return new Deadline(Objects.requireNonNull(clock), nanos);
    }

    /// Returns the time on the clock; null stands for any clock.
    ///
    /// @throws IllegalArgumentException if this is a time on another clock
    long on(@Nullable Platform other) {
        if (clock != null && other != null && clock != other) {
            throw new IllegalArgumentException("A deadline of one scheduler is used on the clock of another."
                    + " Get it from the scheduler of the task: Scheduler.current().deadlineAfter.");
        }
        return nanos;
    }

    @Nullable
    Platform clock() {
        return clock;
    }

    /// Returns true if this is [#NEVER].
    public boolean isNever() {
        return nanos == Nanos.NEVER;
    }

    /// Returns true if the clock has reached this deadline.
    public boolean hasPassed() {
        return clock == null ? nanos == Nanos.PASSED : nanos <= clock.nanoTime();
    }

    /// Returns the time left until this deadline: zero if it has passed, 292 years for [#NEVER].
    public Duration remaining() {
        if (isNever()) return Duration.ofNanos(Long.MAX_VALUE);
        long now = clock == null ? Nanos.NEVER : clock.nanoTime();
        return Duration.ofNanos(nanos <= now ? 0 : nanos - now);
    }

    /// Returns the deadline that is later by the duration; [#NEVER] if that is beyond all time. [#NEVER] and
    /// [#PASSED] stay what they are.
    ///
    /// @param duration may be negative
    public Deadline plus(Duration duration) {
        return movedBy(Nanos.clamped(duration));
    }

    /// Returns the deadline that is earlier by the duration; [#PASSED] if that is before all time. [#NEVER]
    /// and [#PASSED] stay what they are.
    ///
    /// @param duration may be negative
    public Deadline minus(Duration duration) {
        return movedBy(-Nanos.clamped(duration));
    }

    /// The result may lie before the start of the clock, so that moving it back by the same duration gives
    /// the former one.
    private Deadline movedBy(long duration) {
        if (clock == null) return this;
        return at(clock, duration < 0 ? Nanos.before(nanos, -duration) : Nanos.after(nanos, duration));
    }

    /// Returns true if this deadline is earlier than the other.
    ///
    /// @throws IllegalArgumentException if they are on different clocks
    public boolean isBefore(Deadline other) {
        return compareTo(other) < 0;
    }

    /// Returns true if this deadline is later than the other.
    ///
    /// @throws IllegalArgumentException if they are on different clocks
    public boolean isAfter(Deadline other) {
        return compareTo(other) > 0;
    }

    /// Compares by time: the earlier deadline is the smaller one.
    ///
    /// @throws IllegalArgumentException if they are on different clocks
    @Override
    public int compareTo(Deadline other) {
        return Long.compare(on(other.clock), other.nanos);
    }

    /// Returns true if the other object is a deadline at the same time of the same clock.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Deadline deadline && nanos == deadline.nanos && clock == deadline.clock;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(nanos);
    }

    @Override
    public String toString() {
        if (clock == null) return isNever() ? "Deadline[never]" : "Deadline[passed]";
        return "Deadline[" + Words.of(Duration.ofNanos(nanos)) + " on the scheduler's clock]";
    }
}
