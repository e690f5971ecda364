/// Connects tasks to other code: threads for blocking and computing, threads that call into a run, files,
/// processes, signals.
///
/// Start with [dev.structured.core.interop.Blocking].
package dev.structured.core.interop;
