/// How bytes get to a downstream and back. The only room that knows the HTTP client.
@NullMarked
package dev.structured.service.client;

import org.jspecify.annotations.NullMarked;
