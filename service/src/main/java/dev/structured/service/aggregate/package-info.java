/// The idea: one request becomes a plan of parts, run in one nursery under one deadline. Knows no HTTP
/// library.
@NullMarked
package dev.structured.service.aggregate;

import org.jspecify.annotations.NullMarked;
