/// Shows the data of a running service's admin listener in a terminal: `top` and `ps`. Uses only the JSON
/// that the page `/ui/` gets, too. The container's health check asks it, too.
@NullMarked
package dev.structured.service.terminal;

import org.jspecify.annotations.NullMarked;
