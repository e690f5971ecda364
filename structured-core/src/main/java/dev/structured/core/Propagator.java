package dev.structured.core;

/// Carries context that other libraries bind to a thread, such as a logging, tracing or security context,
/// from the thread of a task to the threads of the tasks that it starts.
///
/// ```java
/// Scheduler.builder().propagator(task -> {
///     Map<String, String> context = MDC.getCopyOfContextMap();  // on the thread that starts the task
///     return () -> {
///         if (context != null) MDC.setContextMap(context);      // on the thread of the task
///         try {
///             task.run();
///         } finally {
///             MDC.clear();                                      // a worker thread is used again
///         }
///     };
/// });
/// ```
///
/// It carries context to the worker threads of [Blocking][dev.structured.core.interop.Blocking] too. Unlike
/// the thread of a task, which ends with it, a worker thread is used again, for other tasks and by other
/// schedulers: what is bound to it must be taken away again.
///
/// For values of your own a [TaskLocal] is simpler.
@FunctionalInterface
public interface Propagator {
    /// Called on the thread of the task that starts another. The returned code is run on the new task's
    /// thread, and must run `task` there once. An exception of this method comes out of `startSoon`. An
    /// exception of the returned code is the new task's failure; so is a return without having run `task`.
    Runnable wrap(Runnable task);
}
