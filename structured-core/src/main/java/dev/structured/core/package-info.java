/// Nurseries, cancel scopes, tasks and checkpoints: the kernel, and the door to it.
///
/// Start with [dev.structured.core.Nursery] and [dev.structured.core.Scheduler].
package dev.structured.core;
