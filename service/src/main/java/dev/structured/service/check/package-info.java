/// Reads configuration files and checks what must hold between their keys. Also makes their schema, and the
/// list of changes between two configurations.
@NullMarked
package dev.structured.service.check;

import org.jspecify.annotations.NullMarked;
