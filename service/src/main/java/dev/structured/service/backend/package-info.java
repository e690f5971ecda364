/// How a downstream is called over HTTP. The only room that knows the HTTP client.
@NullMarked
package dev.structured.service.backend;

import org.jspecify.annotations.NullMarked;
