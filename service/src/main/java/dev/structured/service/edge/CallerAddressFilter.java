package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.EdgeConfig;
import dev.structured.service.config.ForwardedHeader;
import dev.structured.service.config.IpLiteral;
import dev.structured.service.edge.ForwardedHops.Hop;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/// Records the client's address for the log and for calls, as the trusted proxies in front of the service
/// report it. Counts the requests with reports that are not trusted.
record CallerAddressFilter(EdgeConfig edge, RequestObserver observer) implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        ClientRequest request = context.request();
        InetAddress connection = IpLiteral.parse(request.address());
        if (connection == null || !CallerAddress.isIn(connection, edge.trustedProxies())) {
            if (tellsAnything(request.headers())) observer.forwardedIgnored("untrusted");
            context.requestRecord()
                    .address(connection == null ? request.address() : connection.getHostAddress());
            return rest.answer(context);
        }
        List<Hop> hops = ForwardedHops.of(request.headers(), edge.forwardedHeader());
        if (hops.stream().anyMatch(hop -> !hop.readable())) observer.forwardedIgnored("malformed");
        context.requestRecord()
                .address(CallerAddress.behind(connection, hops, edge.trustedProxies()).getHostAddress());
        return rest.answer(context);
    }

    private static boolean tellsAnything(Headers headers) {
        for (ForwardedHeader each : ForwardedHeader.values()) {
            if (headers.contains(each.headerName())) return true;
        }
        return headers.contains("x-real-ip");
    }
}
