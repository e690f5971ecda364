package dev.structured.core;

/// Carries something that is bound to the thread of a task over to the thread of each task that it starts: a
/// logging context, a trace, a security context of another library.
///
/// ```java
/// Scheduler.builder().propagator(task -> {
///     Map<String, String> context = MDC.getCopyOfContextMap();  // on the thread that starts the task
///     return () -> {
///         MDC.setContextMap(context);                           // on the thread of the task
///         task.run();
///     };
/// });
/// ```
///
/// For values of one's own a [TaskLocal] is simpler.
@FunctionalInterface
public interface Propagator {
    /// Called on the thread of the task that starts another. The returned code is run on the new task's
    /// thread, and must run `task` there once. An exception of this method comes out of `startSoon`. An
    /// exception of the returned code is the new task's failure; so is a return without having run `task`.
    Runnable wrap(Runnable task);
}
