/// The shared store in Redis or Valkey. The only room that uses Lettuce; its classes are loaded only if the
/// configuration has a store.
@NullMarked
package dev.structured.service.redis;

import org.jspecify.annotations.NullMarked;
