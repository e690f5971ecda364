package dev.structured.service.balance;

import dev.structured.service.aggregate.Tried;
import dev.structured.service.config.BalanceConfig;
import dev.structured.service.config.BalanceConfig.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The present endpoints of one configuration of a downstream, and the choice among them. Thread-safe.
///
/// A choice takes a member into use, so that a member that is removed meanwhile is closed only when its last
/// call has ended.
final class Members {
    private final BalanceConfig config;
    private final RandomGenerator random;
    /// All guarded by this. The list is replaced, never changed.
    private List<Member> all = List.of();
    private int turn;
    private boolean closed;

    /// @param random the source of choices; must be thread-safe
    Members(BalanceConfig config, RandomGenerator random) {
        this.config = config;
        this.random = random;
    }

    synchronized List<Member> all() {
        return all;
    }

    /// Replaces the members. Returns those that are no longer used, which the caller has to close.
    synchronized List<Member> replace(List<Member> now) {
        if (closed) return now;
        List<Member> unused = new ArrayList<>();
        for (Member before : all) {
            if (now.contains(before)) continue;
            before.gone = true;
            if (before.users == 0) unused.add(before);
        }
        all = List.copyOf(now);
        return unused;
    }

    /// Removes all members for ever, and returns them; the caller has to close them.
    synchronized List<Member> close() {
        List<Member> left = all;
        all = List.of();
        closed = true;
        return left;
    }

    /* --- Choosing --- */

    /// Takes a member into use for an attempt: one that no other attempt of the call went to, as long as one
    /// is available.
    ///
    /// @param tried the endpoints that the call has tried; the member is added
    /// @param returned called for endpoints that have come back
    /// @return null if there are no members
    synchronized @Nullable Member take(Tried tried, long now, Consumer<Member> returned) {
        for (Member each : all) {
            if (each.endpoint.review(now)) returned.accept(each);
        }
        Member chosen = choose(candidates(tried), now);
        if (chosen == null) return null;
        tried.add(chosen.endpoint);
        chosen.users++;
        return chosen;
    }

    /// Ends a use.
    ///
    /// @return true if the caller has to close it
    synchronized boolean release(Member member) {
        return --member.users == 0 && member.gone;
    }

    /// Returns true if there is an available member that the call has not tried.
    synchronized boolean hasUntried(Tried tried) {
        return asked().stream().anyMatch(each -> !tried.contains(each.endpoint));
    }

    /// Returns true if there is another member that is not left alone.
    synchronized boolean hasOther(Member than) {
        return all.stream().anyMatch(each -> each != than && !each.endpoint.isOut());
    }

    private List<Member> candidates(Tried tried) {
        List<Member> asked = asked();
        if (tried.isEmpty()) return asked;
        List<Member> untried = asked.stream().filter(each -> !tried.contains(each.endpoint)).toList();
        return untried.isEmpty() ? asked : untried;
    }

    /// Returns the members that get calls: those that are not left alone, or all of them if that would be
    /// less than half.
    private List<Member> asked() {
        List<Member> in = null;
        for (int i = 0; i < all.size(); i++) {
            boolean out = all.get(i).endpoint.isOut();
            if (out && in == null) in = new ArrayList<>(all.subList(0, i));
            if (!out && in != null) in.add(all.get(i));
        }
        return in == null || all.size() - in.size() > all.size() / 2 ? all : in;
    }

    private @Nullable Member choose(List<Member> from, long now) {
        int count = from.size();
        if (count <= 1) return count == 0 ? null : from.getFirst();
        if (config.choice() == Choice.ROUND_ROBIN) return inTurn(from, now);
        int first = random.nextInt(count);
        int second = random.nextInt(count - 1);
        return better(from.get(first), from.get(second < first ? second : second + 1), now);
    }

    private Member inTurn(List<Member> from, long now) {
        Member next = nextOf(from);
        for (int passed = 1; passed < from.size() && holdsBack(next, now); passed++) next = nextOf(from);
        return next;
    }

    private Member nextOf(List<Member> from) {
        return from.get(Math.floorMod(turn++, from.size()));
    }

    private Member better(Member one, Member other, long now) {
        boolean holdsBack = holdsBack(one, now);
        if (holdsBack != holdsBack(other, now)) return holdsBack ? other : one;
        double unknown = bestLatency();
        return other.endpoint.load(now, unknown).isBetterThan(one.endpoint.load(now, unknown)) ? other : one;
    }

    private boolean holdsBack(Member member, long now) {
        double share = member.endpoint.share(now, config.slowStart());
        return share < 1 && random.nextDouble() >= share;
    }

    /// Returns the least latency of all members, in nanoseconds; 0 before any has answered.
    synchronized double bestLatency() {
        double best = Double.MAX_VALUE;
        for (Member each : all) {
            double latency = each.endpoint.latency();
            if (latency > 0) best = Math.min(best, latency);
        }
        return best == Double.MAX_VALUE ? 0 : best;
    }

    /* --- Comparing --- */

    /// The number of calls that must be known before their shares are compared.
    private static final int ENOUGH = 50;

    /// Returns the share of failed calls of this member minus that of the others, over the last calls; 0
    /// while too few are known.
    synchronized double excessOfFailures(Member member) {
        int calls = 0;
        int failures = 0;
        for (Member each : all) {
            if (each == member) continue;
            calls += each.endpoint.recentCalls();
            failures += each.endpoint.recentFailures();
        }
        int own = member.endpoint.recentCalls();
        if (own < ENOUGH || calls < ENOUGH) return 0;
        return (double) member.endpoint.recentFailures() / own - (double) failures / calls;
    }
}
