package dev.structured.service.edge;

import dev.structured.service.admission.Admission;
import dev.structured.service.admission.Bottleneck;
import dev.structured.service.admission.Entrance;
import dev.structured.service.admission.Entry;
import dev.structured.service.admission.Ticket;
import dev.structured.service.admission.Waiting;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.List;

/// Begins only as many pages as the service and the downstreams that they need can make. The others are
/// refused before any call is made for them.
///
/// It comes right before the page, and before the proxy: a request that is malformed, or that needs no page,
/// takes no place.
final class AdmissionFilter implements Filter {
    private final Admission admission;
    private final IdentityHashMap<RouteConfig, List<Bottleneck>> needs = new IdentityHashMap<>();

    AdmissionFilter(ServiceConfig config, Entrance entrance) {
        this.admission = entrance.admission();
        for (RouteConfig each : config.routes()) needs.put(each, PageNeeds.of(each, config, entrance));
    }

    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        List<Bottleneck> needed = needs.getOrDefault(context.served().route(), List.of());
        Entry entry = admission.enter(context.priority(), needed, context.allowed().toNanos());
        if (entry instanceof Waiting waiting) entry = awaited(waiting, context);
        if (!(entry instanceof Ticket ticket)) return refused(context);
        try (ticket) {
            context.places(ticket);
            return rest.answer(context);
        }
    }

    /// Waits a short time, which is deducted from the page's time.
    private static Entry awaited(Waiting waiting, FilterContext context) {
        long began = context.request().scheduler().nanoTime();
        Entry entry;
        try (waiting) {
            entry = context.client().call("admission", waiting::await);
        }
        long waited = context.request().scheduler().nanoTime() - began;
        context.timeLeft(context.allowed().minusNanos(waited));
        return entry;
    }

    private static Answer refused(FilterContext context) {
        context.requestRecord().verdict(Verdict.OVERLOADED);
        return RetryLater.on(context.answer(EdgeProblems.overloaded()));
    }
}
