/// Code that is not a task: threads for blocking and computing, other threads that call in, files, processes,
/// signals.
///
/// Start with [dev.structured.core.interop.Blocking].
package dev.structured.core.interop;
