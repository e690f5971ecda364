/// Commands that work on a configuration without serving it: explain it, describe it, test it.
@NullMarked
package dev.structured.service.commands;

import org.jspecify.annotations.NullMarked;
