/// Decides which requests are begun while there is more to do than can be done: limits that follow the load,
/// classes of priority, and a short queue. Knows no HTTP, and no downstream but its name.
@NullMarked
package dev.structured.service.admission;

import org.jspecify.annotations.NullMarked;
