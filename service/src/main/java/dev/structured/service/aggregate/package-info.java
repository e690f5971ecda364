/// Makes pages: each request runs the parts of its route in one nursery under one deadline. Uses no HTTP
/// library.
@NullMarked
package dev.structured.service.aggregate;

import org.jspecify.annotations.NullMarked;
