/// The shared store in Redis or Valkey. The only room that knows Lettuce; its classes are loaded only where a
/// file has a store.
@NullMarked
package dev.structured.service.redis;

import org.jspecify.annotations.NullMarked;
