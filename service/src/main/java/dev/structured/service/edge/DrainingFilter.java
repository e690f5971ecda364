package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/// Refuses requests once the service is draining.
record DrainingFilter(BooleanSupplier accepting) implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        if (accepting.getAsBoolean()) return rest.answer(context);
        return ShuttingDown.answer(context, Verdict.DRAINING);
    }
}
