/// Events, locks, conditions, semaphores and limiters, by which tasks wait and take turns. All are fair,
/// all can be cancelled, and all show the tasks that wait.
package dev.structured.core.sync;
