/// What stands between the parts of a page and one downstream: retries, hedges, a breaker, limits, kept
/// answers, equal calls made once. Knows nothing of how bytes travel.
@NullMarked
package dev.structured.service.guard;

import org.jspecify.annotations.NullMarked;
