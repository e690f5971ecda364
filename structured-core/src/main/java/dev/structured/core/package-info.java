/// Nurseries, tasks, cancel scopes and checkpoints. The types are on three levels; most programs need the
/// first one only.
///
/// **Programs.** Begin with [dev.structured.core.Scheduler] and [dev.structured.core.Nursery].
///
/// - Tasks: [dev.structured.core.Scheduler], [dev.structured.core.Nursery], [dev.structured.core.Task],
///   [dev.structured.core.LateStart], [dev.structured.core.TaskStatus], [dev.structured.core.SystemTasks],
///   [dev.structured.core.RunEntry], [dev.structured.core.TaskLocal].
/// - Cancellation and time: [dev.structured.core.CancelScope], [dev.structured.core.Timeouts],
///   [dev.structured.core.Deadline], [dev.structured.core.Checkpoints], [dev.structured.core.Cleanup],
///   [dev.structured.core.ScopeResult], [dev.structured.core.Cancelled],
///   [dev.structured.core.CancelReason].
/// - Errors: [dev.structured.core.NurseryFailedException], [dev.structured.core.TooSlowException],
///   [dev.structured.core.ScopeCancelledException], [dev.structured.core.BrokenException],
///   [dev.structured.core.DeadlockException], [dev.structured.core.RunCrashedException],
///   [dev.structured.core.RunFinishedException], [dev.structured.core.SchedulerClosedException].
/// - Code that is run: [dev.structured.core.Body] and [dev.structured.core.ValueBody] without an argument,
///   [dev.structured.core.Action] and [dev.structured.core.Fn] with one, [dev.structured.core.Merger] with
///   two.
/// - Observation: [dev.structured.core.TaskTree], [dev.structured.core.Instrument].
///
/// Words in bold in the descriptions of methods:
///
/// - **Checkpoint**: it has both halves, a *cancel point*, at which a cancelled task gets
///   [dev.structured.core.Cancelled], and a *schedule point*, at which other tasks may run. **Not a
///   checkpoint**: it has neither.
/// - **Owner only**: to be called by the task that the object belongs to.
/// - **Thread-safe**: to be called by any thread, whether or not it runs a task.
/// - **Wakes**: tasks that wait may go on because of it.
///
/// **Primitives.** Channels and locks are made of these, and those of a program can be:
/// [dev.structured.core.Wait], [dev.structured.core.WaitQueue], [dev.structured.core.ParkingLot],
/// [dev.structured.core.Completion], and [dev.structured.core.Checkpoints#quickCheckpoint()].
///
/// **Platforms.** [dev.structured.core.Platform] is the time, the threads and the parking under a scheduler;
/// a virtual clock implements it. [dev.structured.core.Propagator] carries the context of threads over.
package dev.structured.core;
