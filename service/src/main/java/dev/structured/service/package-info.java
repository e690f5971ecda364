/// The aggregation service: rooms under this package, wired by hand in `Main` and `Service`.
@NullMarked
package dev.structured.service;

import org.jspecify.annotations.NullMarked;
