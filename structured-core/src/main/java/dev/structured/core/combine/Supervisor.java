package dev.structured.core.combine;

import dev.structured.core.Action;
import dev.structured.core.Body;
import dev.structured.core.CancelScope;
import dev.structured.core.Instrument;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Task;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A nursery whose tasks fail alone, and run again after a pause.
///
/// ```java
/// Supervisor.run("feeds", policy, feeds -> {
///     for (String city : cities) feeds.startSoon(city, () -> follow(city));
/// });
/// ```
///
/// A task that throws an exception is restarted as the [RestartPolicy] says, as the same task; its siblings
/// and the block do not notice. When it has failed too often, with an exception that the policy does not
/// retry, or while it is cancelled, it is given up: it ends, and the others go on. A task that returns has
/// ended. An [Error] is a failure of the nursery: it cancels the block and all tasks, as in any nursery, and
/// so does an exception of the block.
///
/// No failure is lost: the policy's [RestartObserver] is called for each when it happens, and the end of the
/// block throws those of the tasks that were given up. If the supervisor is cancelled from outside, they are
/// suppressed in the cancellation.
public final class Supervisor {
    private final Nursery nursery;
    private final RestartPolicy policy;
    private final List<Exception> givenUp;

    /// @param givenUp guarded by itself
    private Supervisor(Nursery nursery, RestartPolicy policy, List<Exception> givenUp) {
        this.nursery = nursery;
        this.policy = policy;
        this.givenUp = givenUp;
    }

    /// Opens a supervised nursery named `supervisor`.
    ///
    /// @see #run(String, RestartPolicy, Action)
    public static void run(RestartPolicy policy, Action<Supervisor, ?> block) {
        run("supervisor", policy, block);
    }

    /// Opens a supervised nursery, runs the block in it, and returns when the block and all tasks have ended.
    /// **Not a checkpoint**: the operations inside are.
    ///
    /// @param name shown in messages and reasons
    /// @throws SupervisionFailedException if tasks were given up
    /// @throws NurseryFailedException if the block failed. An [Error] of the block or of a task is thrown as
    ///     itself. The failures of tasks that were given up are suppressed in either
    /// @throws ScopeCancelledException if the block or a task was cut short by a cancellation that a shield
    ///     has hidden since then
    /// @throws IllegalStateException if the calling thread runs no task
    public static void run(String name, RestartPolicy policy, Action<Supervisor, ?> block) {
        List<Exception> givenUp = new ArrayList<>();
        try {
            CancelScope scope = Nurseries.run(name,
                    nursery -> block.accept(new Supervisor(nursery, policy, givenUp)));
            Nurseries.requireUncancelled(scope); // else what was cut short would pass for done
        } catch (Throwable thrown) {
            for (Exception failure : givenUp) Instrument.suppressOrReport(thrown, failure);
            throw thrown;
        }
        if (!givenUp.isEmpty()) throw new SupervisionFailedException(name, givenUp);
    }

    /// Starts a task, which begins to run soon on a thread of its own. **Not a checkpoint.**
    ///
    /// [Task#cancel()] stops it for good. While it pauses before a restart, the task tree shows it in a
    /// sleep; its note `restarts` has the number of restarts.
    ///
    /// @param name the last part of the task's path
    /// @return the task, which has succeeded if it returned, or was given up without being cancelled
    /// @throws IllegalStateException if the nursery is closed, or the caller is not a task of the same run
    public Task<@Nullable Void> startSoon(String name, Body<?> body) {
        return nursery.startSoon(name, () -> new SupervisedTask(name, body, policy, this::giveUp).run());
    }

    private void giveUp(Exception last) {
        synchronized (givenUp) {
            givenUp.add(last);
        }
    }
}
