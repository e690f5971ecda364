/// The admin edge: health and metrics, and the instruments that feed them.
@NullMarked
package dev.structured.service.ops;

import org.jspecify.annotations.NullMarked;
