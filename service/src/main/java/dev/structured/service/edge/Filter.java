package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;

/// One step on the way from a request to its answer; [Filters] has the steps in their order.
///
/// A filter refuses the request, or calls the rest of the filters and returns their answer, changed or not.
/// An answer that is sent in pieces has already gone out when it comes back, so a header that every answer
/// must have is set before the rest is called, by [FilterContext#header].
@FunctionalInterface
interface Filter {
    /// Returns the answer to the request. May block.
    ///
    /// @throws Refusal if the request is refused with a problem
    /// @throws IOException if the connection broke, or the body was malformed; the server then answers
    Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException;

    /// The filters that come after one, down to the one that makes the page.
    @FunctionalInterface
    interface Rest {
        /// Returns the answer of the rest.
        Answer answer(FilterContext context) throws Refusal, BadRequestException, IOException;
    }
}
