/// What tasks wait for and take turns with: events, locks, conditions, semaphores and limiters. All are fair,
/// all can be cancelled, and all say who waits.
package dev.structured.core.sync;
