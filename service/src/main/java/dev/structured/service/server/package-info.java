/// The public listener: sockets, streams, and the watch over clients. Only this room and `ops` know Javalin
/// and Jetty's server.
@NullMarked
package dev.structured.service.server;

import org.jspecify.annotations.NullMarked;
