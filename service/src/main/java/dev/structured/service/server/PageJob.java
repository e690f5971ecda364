package dev.structured.service.server;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.edge.Answer;
import dev.structured.service.edge.Endpoint;
import dev.structured.service.edge.PageRendering;
import dev.structured.service.edge.PageSource;
import java.time.Duration;
import org.eclipse.jetty.util.NanoTime;

/// One request for a page, read and ready to be asked.
record PageJob(Exchange exchange, Endpoint endpoint, PageRequest request) {

    /// Returns the name of the task that it becomes.
    String name() {
        return endpoint.route().name();
    }

    /// Asks for the page. Blocks; see [PageSource#aggregate].
    Outcome ask(PartSink sink) throws BadRequestException {
        return endpoint.pages().aggregate(endpoint.route(), request, sink);
    }

    /// Notes what the request came to and returns the answer for it.
    Answer answer(Outcome outcome) {
        exchange.verdict(PageRendering.verdict(outcome));
        Duration elapsed = Duration.ofNanos(NanoTime.since(exchange.request().getBeginNanoTime()));
        return PageRendering.of(outcome, endpoint, request, elapsed);
    }
}
