/// The public listener: sockets, streams, and the watch over clients. With `ops` the only room that knows
/// Javalin.
@NullMarked
package dev.structured.service.server;

import org.jspecify.annotations.NullMarked;
