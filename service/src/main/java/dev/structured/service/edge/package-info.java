/// The public edge without its sockets: from a request to its answer.
@NullMarked
package dev.structured.service.edge;

import org.jspecify.annotations.NullMarked;
