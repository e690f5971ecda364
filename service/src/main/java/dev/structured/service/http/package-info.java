/// The public edge. The only room that knows Javalin and the Jetty server.
@NullMarked
package dev.structured.service.http;

import org.jspecify.annotations.NullMarked;
