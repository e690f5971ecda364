/// Reads configuration files and checks what must hold between their keys; also their schema, and the list of
/// changes from one configuration to another.
@NullMarked
package dev.structured.service.check;

import org.jspecify.annotations.NullMarked;
