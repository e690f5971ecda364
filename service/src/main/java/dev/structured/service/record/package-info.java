/// Records each request while it runs: one recorder for each request, the requests in flight, and those that
/// are kept after their end. Uses no other room.
@NullMarked
package dev.structured.service.record;

import org.jspecify.annotations.NullMarked;
