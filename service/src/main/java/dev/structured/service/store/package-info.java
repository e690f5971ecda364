/// What replicas of the service share, as the other rooms see it. Opens no socket.
@NullMarked
package dev.structured.service.store;

import org.jspecify.annotations.NullMarked;
