/// Shows what the admin listener of a running service tells, in a terminal: `top` and `ps`. Knows the service
/// only by the JSON that the page `/ui/` gets too.
@NullMarked
package dev.structured.service.terminal;

import org.jspecify.annotations.NullMarked;
