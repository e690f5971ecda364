package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;

/// Begins no page while too many answers wait for their readers, and drops a page that turns out to be too
/// large.
record UnsentFilter(UnsentAnswers unsent) implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        UnsentAnswers.Reservation reserved = unsent.begin(context.served().route().name());
        if (reserved == null) return refusal(context);
        context.requestRecord().reserved(reserved);
        Answer answer = rest.answer(context);
        // A streamed page has been sent by now, except for a few events at most.
        if (context.rendering() != Rendering.JSON) return answer;
        Answer encoded = answer.encodedNow();
        return reserved.become(encoded.encoded().remaining()) ? encoded : refusal(context);
    }

    private static Answer refusal(FilterContext context) {
        context.requestRecord().verdict(Verdict.UNSENT);
        return RetryLater.on(context.answer(EdgeProblems.tooMuchUnsent()));
    }
}
