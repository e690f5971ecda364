package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns refusals, the end of the service and bugs into problems.
final class FailureFilter implements Filter {
    private static final Logger LOG = LoggerFactory.getLogger(FailureFilter.class);

    @Override
    @SuppressWarnings("SwallowedCancelled") // around the request's run
    public Answer answer(FilterContext context, Rest rest) throws IOException {
        try {
            return rest.answer(context);
        } catch (Refusal e) {
            return context.answer(e.problem());
        } catch (BadRequestException | RuntimeException | Error e) {
            return problem(context, e);
        }
    }

    /// Returns the answer for a failure while the page was made.
    static Answer problem(FilterContext context, Throwable failure) {
        return switch (failure) {
            case BadRequestException refused -> context.answer(EdgeProblems.badRequest(refused));
            case IllegalStateException ended when ShuttingDown.explains(ended) ->
                ShuttingDown.answer(context, Verdict.SHUTDOWN);
            default -> bug(context, failure);
        };
    }

    private static Answer bug(FilterContext context, Throwable failure) {
        RequestRecord requestRecord = context.requestRecord();
        LOG.error("{} {} failed; request id {}", requestRecord.method(), requestRecord.route(),
                requestRecord.id(), failure);
        requestRecord.verdict(Verdict.BUG);
        return context.answer(EdgeProblems.bug());
    }
}
