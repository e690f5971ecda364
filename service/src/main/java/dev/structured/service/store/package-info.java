/// The store that replicas of the service share, as the other rooms use it. Opens no socket.
@NullMarked
package dev.structured.service.store;

import org.jspecify.annotations.NullMarked;
