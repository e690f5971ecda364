/// Decides which requests are begun while there is too much to do: limits that follow the load, classes of
/// priority, and a short queue. Knows no HTTP, and only the names of downstreams.
@NullMarked
package dev.structured.service.admission;

import org.jspecify.annotations.NullMarked;
