/// The guards between the parts of a page and one downstream: kept answers, shared calls, retries, hedges, a
/// circuit breaker and limits. Knows nothing of HTTP connections.
@NullMarked
package dev.structured.service.guard;

import org.jspecify.annotations.NullMarked;
