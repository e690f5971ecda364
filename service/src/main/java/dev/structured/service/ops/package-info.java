/// The admin listener, and the observers that feed its metrics.
@NullMarked
package dev.structured.service.ops;

import org.jspecify.annotations.NullMarked;
