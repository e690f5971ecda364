/// The public edge without its sockets: the way from a request to its answer, through the filters of
/// `Filters`. Knows no server; the service and the specs both run it.
@NullMarked
package dev.structured.service.edge;

import org.jspecify.annotations.NullMarked;
