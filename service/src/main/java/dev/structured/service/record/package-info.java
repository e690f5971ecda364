/// What becomes of each request, written down while it happens: a recorder a request, the requests that run,
/// and those that are kept after their end. Knows no other room.
@NullMarked
package dev.structured.service.record;

import org.jspecify.annotations.NullMarked;
