package dev.structured.service.balance;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.config.HealthCheckConfig;
import java.util.Map;
import java.util.WeakHashMap;

/// Checks the health of all endpoints at the same time, with a pause between the rounds.
final class HealthWatch {
    private final Balancer balancer;
    private final HealthCheckConfig config;
    private final Call question;
    /// The number of good answers in a row, or as a negative number that of bad ones. Used by one round at a
    /// time.
    private final Map<Endpoint, Integer> streaks = new WeakHashMap<>();

    HealthWatch(Balancer balancer, HealthCheckConfig config) {
        this.balancer = balancer;
        this.config = config;
        this.question = Call.get(config.path(), config.path());
    }

    /// Runs until it is cancelled.
    void run() {
        while (true) {
            Nursery.run("health checks", round -> {
                for (Member each : balancer.members.all()) round.startSoon("of " + each, () -> check(each));
            });
            Checkpoints.sleep(config.interval());
        }
    }

    /// Checks one endpoint. A check that would have to wait, since the endpoint has the largest number of
    /// calls, or that the service itself cannot make, says nothing.
    private void check(Member member) throws InterruptedException {
        if (member.endpoint.inFlight() >= balancer.config.maxConnections()) return;
        CallOutcome[] found = {CallOutcome.FAILED};
        Timeouts.moveOnAfter(config.timeout(), () -> {
            found[0] = answer(member);
            return found;
        });
        if (found[0] == CallOutcome.UNKNOWN) return;
        boolean good = found[0] == CallOutcome.GOOD;
        balancer.around.observer().checked(balancer.config.name(), good);
        note(member, good);
    }

    private CallOutcome answer(Member member) throws InterruptedException {
        try {
            return member.opened.probe(question).isSuccess() ? CallOutcome.GOOD : CallOutcome.FAILED;
        } catch (DownstreamException e) {
            if (CallOutcome.of(e.type()) == CallOutcome.UNKNOWN) return CallOutcome.UNKNOWN;
            return saysSuccess(e.type()) ? CallOutcome.GOOD : CallOutcome.FAILED;
        }
    }

    /// Only the status counts: the body of a good answer need not be JSON, and may just end with the
    /// connection.
    private static boolean saysSuccess(ErrorType type) {
        return switch (type) {
            case INVALID_JSON, BODY_TOO_LARGE, CONTENT_CODING, INCOMPLETE -> true;
            default -> false;
        };
    }

    private void note(Member member, boolean good) {
        int streak;
        synchronized (streaks) {
            streak = streaks.merge(member.endpoint, good ? 1 : -1,
                    (before, one) -> before * one > 0 ? before + one : one);
        }
        if (streak >= config.healthyAfter()) balancer.healthy(member, true, this);
        if (-streak >= config.unhealthyAfter()) balancer.healthy(member, false, this);
    }
}
