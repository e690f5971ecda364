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
            return e.problem().answer(context.id());
        } catch (BadRequestException | RuntimeException | Error e) {
            return problem(context, e);
        }
    }

    /// Returns the answer for a failure while the page was made.
    static Answer problem(FilterContext context, Throwable failure) {
        return switch (failure) {
            case BadRequestException refused -> EdgeProblems.badRequest(refused).answer(context.id());
            case IllegalStateException ended when ShuttingDown.explains(ended) ->
                ShuttingDown.answer(context.requestRecord(), Verdict.SHUTDOWN);
            default -> bug(context.requestRecord(), failure);
        };
    }

    private static Answer bug(RequestRecord requestRecord, Throwable failure) {
        LOG.error("{} {} failed; request id {}", requestRecord.method(), requestRecord.route(),
                requestRecord.id(), failure);
        requestRecord.verdict(Verdict.BUG);
        return EdgeProblems.bug().answer(requestRecord.id());
    }
}
