package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// A variable that has its own value in each task, inherited when the task is started.
///
/// ```java
/// static final TaskLocal<String> REQUEST = new TaskLocal<>("request", "none");
///
/// REQUEST.run("r-42", () -> Nursery.run(nursery -> {
///     nursery.startSoon("log", () -> log.info(REQUEST.get())); // r-42
/// }));
/// ```
///
/// A child begins with the values that it inherits. Only the child itself, and tasks that inherit from it
/// afterwards, see a value that it sets later; its parent and siblings do not. The block of a nursery runs in
/// the task that opens it, and shares that task's values. A [system task][SystemTasks] begins with the
/// initial values.
/// **Thread-safe**, like all constants.
///
/// @param <T> the type of the value
public final class TaskLocal<T extends @Nullable Object> {

    /// The task that a new task inherits from.
    public enum Inheritance {
        /// From the task that starts it, as at that moment.
        SPAWN,
        /// From the task that opened its nursery, as at the opening, whichever task starts it. For values
        /// that belong to a place in the tree and not to the caller, such as the logger of a service that
        /// takes work from other tasks.
        TREE
    }

    private final String name;
    private final T initial;
    private final Locals.Key key;

    /// Makes a task-local that a task inherits from the task that starts it.
    ///
    /// @param name shown in messages
    /// @param initial the value of tasks that inherited none
    public TaskLocal(String name, T initial) {
        this(name, initial, Inheritance.SPAWN);
    }

    /// Makes a task-local.
    ///
    /// @param name shown in messages
    /// @param initial the value of tasks that inherited none
    public TaskLocal(String name, T initial, Inheritance inheritance) {
        this.name = name;
        this.initial = initial;
        this.key = new Locals.Key(inheritance == Inheritance.TREE);
    }

    /// Returns the calling task's value. **Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public T get() {
        return Task.current("TaskLocal.get").locals().get(key, initial);
    }

    /// Sets the calling task's value, from here on. **Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public void set(T value) {
        Task<?> task = Task.current("TaskLocal.set");
        task.locals(task.locals().with(key, value));
    }

    /// Runs the body with another value, then restores the former one.
    ///
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task
    public <X extends Exception> void run(T value, Body<X> body) throws X {
        call(value, Bodies.valued(body));
    }

    /// Runs the body with another value, restores the former one, and returns the body's value.
    ///
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task
    public <R extends @Nullable Object, X extends Exception> R call(T value, ValueBody<R, X> body) throws X {
        T former = get();
        set(value);
        try {
            return body.call();
        } finally {
            set(former);
        }
    }

    @Override
    public String toString() {
        return "TaskLocal[" + name + "]";
    }
}
