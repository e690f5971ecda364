package dev.structured.service.balance;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.RetryAfter;
import dev.structured.service.aggregate.Stopwatch;
import dev.structured.service.aggregate.Tried;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// A downstream with several endpoints, each call of which goes to one of them.
///
/// The attempts of one call go to different endpoints, as long as another one is available. So does a call
/// that could not be sent because its endpoint accepts no connection: no byte was sent, so this is no second
/// attempt, and costs none. Thread-safe.
final class BalancedDownstream implements Downstream {
    private final Balancer balancer;

    BalancedDownstream(Balancer balancer) {
        this.balancer = balancer;
    }

    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        Tried tried = call.tried() == null ? new Tried() : call.tried();
        while (true) {
            Member member = balancer.take(tried);
            try {
                return call(call, member);
            } catch (DownstreamException e) {
                if (!e.type().isBeforeSending() || !balancer.members.hasUntried(tried)) throw e;
                balancer.redirected();
            }
        }
    }

    private Reply call(Call call, Member member) throws DownstreamException, InterruptedException {
        member.endpoint.begin();
        Stopwatch watch = Stopwatch.start();
        CallOutcome outcome = null;
        try {
            Reply reply = member.opened.call(call);
            outcome = CallOutcome.of(reply);
            return reply.status() == 503 ? heeded(reply, member) : reply;
        } catch (DownstreamException e) {
            outcome = CallOutcome.of(e.type());
            throw e;
        } finally {
            Stopwatch measured = call.measured(watch);
            if (outcome == null)
                outcome = call.isLeftToClient(watch) ? CallOutcome.UNKNOWN : cutShort(measured);
            balancer.ended(member, outcome, measured);
        }
    }

    /// An endpoint that gets less time than answers usually take is not to blame for a missing one.
    private CallOutcome cutShort(Stopwatch watch) {
        boolean hadItsTime = watch.isOutOfTime() && watch.elapsed() >= balancer.members.bestLatency();
        return hadItsTime ? CallOutcome.FAILED : CallOutcome.UNKNOWN;
    }

    /// An endpoint that asks for a pause gets it, and the others go on: callers do not see the request for a
    /// pause.
    private Reply heeded(Reply reply, Member member) {
        Duration asked = RetryAfter.of(reply);
        if (asked == null || asked.isZero()) return reply;
        balancer.pause(member, asked);
        return balancer.members.hasOther(member) ? withoutPause(reply) : reply;
    }

    private static Reply withoutPause(Reply reply) {
        Map<String, String> headers = new HashMap<>(reply.headers());
        headers.remove(RetryAfter.HEADER);
        return new Reply(reply.status(), reply.body(), headers, reply.freshness(), reply.terms());
    }
}
