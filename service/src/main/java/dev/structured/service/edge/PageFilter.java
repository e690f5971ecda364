package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.record.Recorder;
import java.time.Duration;

/// Makes the page, whole or as its parts come in, in a task that is cancelled when the client leaves.
///
/// @param idleTimeout the time that a client may take for a streamed page after the route's deadline
record PageFilter(Duration idleTimeout) implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws BadRequestException {
        PageJob job = new PageJob(context, context.pageRequest());
        return context.rendering() == Rendering.JSON ? whole(context, job) : streamed(context, job);
    }

    private static Answer whole(FilterContext context, PageJob job) throws BadRequestException {
        return context.client().await(job.name(), _ -> job.answer(job.ask(PartSink.NONE)))
                .orElseGet(() -> gone(context));
    }

    @SuppressWarnings("SwallowedCancelled") // around the request's run
    private Answer streamed(FilterContext context, PageJob job) {
        EventStream stream = new EventStream(context);
        StreamedPage page = new StreamedPage(job, stream, idleTimeout);
        Answer answer;
        try {
            answer = context.client().await(job.name(), page::make).orElseGet(() -> gone(context));
        } catch (BadRequestException | RuntimeException | Error e) {
            answer = FailureFilter.problem(context, e);
        }
        if (!stream.isUnused()) page.close(answer);
        return answer;
    }

    /// Returns the answer to a client that has left, or whose request an operator has cancelled.
    static Answer gone(FilterContext context) {
        Recorder recorder = context.requestRecord().recorder();
        if (recorder != null && recorder.isCancelledByOperator()) {
            context.requestRecord().verdict(Verdict.CANCELLED);
            return context.answer(EdgeProblems.cancelled());
        }
        context.requestRecord().verdict(Verdict.CLIENT_GONE);
        // For the log, the metrics and specs: a listener writes nothing to a client that has gone.
        return context.answer(EdgeProblems.clientGone()).with("Connection", "close");
    }
}
