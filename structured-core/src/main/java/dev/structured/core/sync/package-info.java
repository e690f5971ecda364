/// Events, locks, conditions, semaphores and limiters, with which tasks wait for each other and take turns.
/// All are fair, all waits can be cancelled, and all have statistics of waiting tasks.
package dev.structured.core.sync;
