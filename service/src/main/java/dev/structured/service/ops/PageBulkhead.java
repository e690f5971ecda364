package dev.structured.service.ops;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/// A page of the admin listener that slow readers cannot use to stop other pages.
///
/// The whole answer is handed to the server at once and written without a thread, so a client that does not
/// read holds memory only. A few answers of a page may wait for their readers; until one is read, or its
/// connection has been idle for too long, further requests for that page are answered with 503.
final class PageBulkhead implements Handler {
    private static final int UNREAD_ANSWERS = 4;
    private static final String RETRY_SECONDS = "1";

    private final Function<Context, String> page;
    private final Semaphore unread;

    private PageBulkhead(int mostUnread, Function<Context, String> page) {
        this.unread = new Semaphore(mostUnread);
        this.page = page;
    }

    /// Returns the handler of a page.
    ///
    /// @param page sets the type and headers of the answer, and returns its body
    static Handler of(Function<Context, String> page) {
        return new PageBulkhead(UNREAD_ANSWERS, page);
    }

    /// Returns the handler of a page whose answers are megabytes long: one at a time.
    ///
    /// @param page as in [#of]
    static Handler ofLarge(Function<Context, String> page) {
        return new PageBulkhead(1, page);
    }

    @Override
    public void handle(Context ctx) {
        if (!unread.tryAcquire()) {
            ctx.header("Retry-After", RETRY_SECONDS);
            throw new HttpResponseException(503, "", Map.of());
        }
        Request.addCompletionListener(ServletContextRequest.getServletContextRequest(ctx.req()),
                _ -> unread.release());
        byte[] body = page.apply(ctx).getBytes(StandardCharsets.UTF_8);
        // A buffer that holds all of it: writing to the client then begins when this thread is done.
        ctx.res().setBufferSize(body.length + 1);
        ctx.result(body);
    }
}
