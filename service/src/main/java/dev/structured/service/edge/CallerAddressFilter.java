package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.AddressRange;
import java.io.IOException;
import java.util.List;

/// Records the client's address for the log, as the trusted proxies in front of the service tell it.
record CallerAddressFilter(List<AddressRange> trustedProxies) implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        context.requestRecord().address(CallerAddress.text(context.request(), trustedProxies));
        return rest.answer(context);
    }
}
