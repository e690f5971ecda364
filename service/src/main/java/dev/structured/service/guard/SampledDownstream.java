package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.Stopwatch;
import dev.structured.service.config.Method;

/// A downstream that reports the times of its attempts to the limit of its pages, including the wait for a
/// permit. So the edge begins no more pages than the downstream can serve. Thread-safe.
///
/// Errors are not reported, since their latency has other causes, and neither are attempts that were given up
/// for a reason other than their time. If a request is passed on, the client's share of the time does not
/// count: see [Call#measured].
final class SampledDownstream implements Downstream {
    private final Downstream inner;
    private final DownstreamLoad load;

    SampledDownstream(Downstream inner, DownstreamLoad load) {
        this.inner = inner;
        this.load = load;
    }

    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        Stopwatch watch = Stopwatch.start();
        int begunWith = load.bottleneck().inFlight();
        boolean answered = false;
        boolean late = false;
        try {
            Reply reply = inner.call(call);
            answered = reply.status() < 500;
            return reply;
        } catch (DownstreamException e) {
            late = e.type() == ErrorType.TIMEOUT;
            throw e;
        } finally {
            late |= !answered && !call.isLeftToClient(watch) && watch.isOutOfTime();
            if (answered || late) sample(call, call.measured(watch), late, begunWith);
        }
    }

    private void sample(Call call, Stopwatch watch, boolean late, int begunWith) {
        long took = watch.elapsed();
        String kind = Method.metricName(call.methodName()) + " " + call.template();
        load.limit().sample(kind, watch.began() + took, took, late, begunWith,
                load.bottleneck().inFlight());
    }
}
