package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.DeadlineHeader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the caller's time limit. Runs right before the page is made, so that all the time that was spent on
/// the request before counts.
final class DeadlineFilter implements Filter {
    private final CallerDeadline deadline;

    DeadlineFilter(List<DeadlineHeader> trusted, RequestObserver observer) {
        this.deadline = new CallerDeadline(trusted, observer::deadlineIgnored);
    }

    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        ClientRequest request = context.request();
        Duration byHeaders = deadline.left(request.headers(), request.elapsed().toNanos());
        context.timeLeft(shorter(byHeaders, request.timeLeft()));
        return rest.answer(context);
    }

    private static @Nullable Duration shorter(@Nullable Duration one, @Nullable Duration other) {
        if (one == null || other == null) return one == null ? other : one;
        return one.compareTo(other) < 0 ? one : other;
    }
}
