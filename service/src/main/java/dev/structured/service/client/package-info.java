/// Carries bytes to downstreams and back. The only room that opens connections.
@NullMarked
package dev.structured.service.client;

import org.jspecify.annotations.NullMarked;
