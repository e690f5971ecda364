package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;

/// One request for a page, ready to be made.
record PageJob(FilterContext context, PageRequest request) {
    /// Returns the name of the task that makes it.
    String name() {
        return served().route().name();
    }

    ServedRoute served() {
        return context.served();
    }

    RequestRecord requestRecord() {
        return context.requestRecord();
    }

    /// Makes the page. Blocks; see [dev.structured.service.aggregate.PageSource#aggregate].
    Outcome ask(PartSink sink) throws BadRequestException {
        return context.table().pages().aggregate(served().route(), request, sink);
    }

    /// Records the outcome and returns the answer for it.
    Answer answer(Outcome outcome) {
        requestRecord().verdict(PageRendering.verdict(outcome));
        return context.type().on(PageRendering.of(outcome, served(), request, context.request().elapsed()));
    }
}
