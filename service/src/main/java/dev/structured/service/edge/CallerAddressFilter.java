package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.EdgeConfig;
import dev.structured.service.config.ForwardedHeader;
import java.io.IOException;

/// Records the client's address for the log and for calls, as the trusted proxies in front of the service
/// report it. Counts the requests with reports that are not trusted.
record CallerAddressFilter(EdgeConfig edge, RequestObserver observer) implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        ClientRequest request = context.request();
        context.requestRecord().address(CallerAddress.text(request, edge));
        if (!CallerAddress.isIn(request.address(), edge.trustedProxies())) {
            if (tellsAnything(request.headers())) observer.forwardedIgnored("untrusted");
        } else if (ForwardedHops.of(request.headers(), edge.forwardedHeader()).stream()
                .anyMatch(hop -> !hop.readable())) {
            observer.forwardedIgnored("malformed");
        }
        return rest.answer(context);
    }

    private static boolean tellsAnything(Headers headers) {
        for (ForwardedHeader each : ForwardedHeader.values()) {
            if (headers.contains(each.headerName())) return true;
        }
        return headers.contains("x-real-ip");
    }
}
