package dev.structured.service.server;

import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/// The transfer codings of requests (RFC 9112, 6.1): `chunked` and no other.
///
/// Jetty reads the chunks of a body but leaves any other coding on it, so that the service would take the
/// encoded bytes for the body.
final class TransferCodings {
    private static final String CHUNKED = "chunked";

    private TransferCodings() {}

    /// Returns the status with which a request is refused for its transfer codings; 0 if they can be read.
    static int refusal(HttpFields headers) {
        if (!headers.contains(HttpHeader.TRANSFER_ENCODING)) return 0;
        List<String> codings = headers.getCSV(HttpHeader.TRANSFER_ENCODING, false);
        if (codings.size() == 1 && codings.getFirst().equalsIgnoreCase(CHUNKED)) return 0;
        boolean all = codings.stream().allMatch(CHUNKED::equalsIgnoreCase);
        return all ? HttpStatus.BAD_REQUEST_400 : HttpStatus.NOT_IMPLEMENTED_501;
    }
}
