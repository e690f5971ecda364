/// The public listener: sockets, limits of connections and of slow clients, streams, and the watch over
/// clients. Only this room and `ops` know Javalin and Jetty's server.
@NullMarked
package dev.structured.service.server;

import org.jspecify.annotations.NullMarked;
