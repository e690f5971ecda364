package dev.structured.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A picture of all tasks of a scheduler, and of their waits. Taken from any thread at any time.
///
/// ```
/// 1 run, 3 tasks
/// GET /products/{id}      12.4 ms  787.6 ms left, waits for the tasks of nursery 'parts'
/// ├─ product (in parts)   12.1 ms  787.6 ms left, runs
/// └─ price (in parts)     12.0 ms  787.6 ms left, waits for task 'GET /products/{id}/product'
/// ```
///
/// No task is stopped for it, so each entry is exact by itself, and a task that starts or ends meanwhile may
/// be in it or not. Nothing in it keeps a task alive.
public final class TaskTree {
    private final int runs;
    private final List<Entry> tasks;

    private TaskTree(int runs, List<Entry> tasks) {
        this.runs = runs;
        this.tasks = tasks;
    }

    /// One task.
    public interface Entry {
        /// Returns the index in [#tasks()] of the task that it is under; -1 for the root of a run.
        int parent();

        /// Returns the number of tasks that it is under; 0 for the root of a run.
        int depth();

        /// Returns the name given at its start.
        String name();

        /// Returns the name of its nursery; null for the root of a run.
        @Nullable
        String nursery();

        /// Returns the texts [noted][Task#note] about it by their keys, the oldest first.
        Map<String, String> notes();

        /// Returns the state of its life.
        Task.State state();

        /// Returns the time since it began; null if it has not. Exact for the root of a run, and for all
        /// tasks of a scheduler that has an [Instrument] or began during a flight recording. Other tasks do
        /// not read the clock when they begin: their time counts from their first wait in this library, or
        /// from the first tree that showed them running.
        @Nullable
        Duration elapsed();

        /// Returns the time until its [effective deadline][Checkpoints#effectiveDeadline()]; null if there is
        /// none.
        @Nullable
        Duration timeLeft();

        /// Returns the thing that it waits for in a wait of this library; null if it runs, or blocks in other
        /// code.
        @Nullable
        String waitsFor();

        /// Returns the reason of its cancellation; null if it is not cancelled.
        @Nullable
        CancelReason cancelled();

        /// Returns the names of the scopes that it is in, the innermost first.
        List<String> scopes();

        /// Returns the calls that it is in, the innermost first; empty unless the tree was made
        /// [with stacks][#withStacks].
        List<StackTraceElement> stack();
    }

    private record Node(int parent, int depth, String name, @Nullable String nursery,
            Map<String, String> notes, Task.State state,
            @Nullable Duration elapsed, @Nullable Duration timeLeft, @Nullable String waitsFor,
            @Nullable CancelReason cancelled, List<String> scopes,
            List<StackTraceElement> stack) implements Entry {}

    /// Returns the number of runs.
    public int runs() {
        return runs;
    }

    /// Returns every task, each after the one that it is under, siblings in the order of their start.
    /// Unmodifiable.
    public List<Entry> tasks() {
        return tasks;
    }

    /// Returns the tree of the scheduler's tasks as it is now. **Thread-safe.**
    public static TaskTree of(Scheduler scheduler) {
        return of(scheduler, false);
    }

    /// Returns the tree of the scheduler's tasks as it is now, with their stacks, which takes longer.
    /// **Thread-safe.**
    public static TaskTree withStacks(Scheduler scheduler) {
        return of(scheduler, true);
    }

    private static TaskTree of(Scheduler scheduler, boolean stacks) {
        List<Task<?>> roots = scheduler.roots();
        Collections.reverse(roots); // lists of tasks have the youngest first
        List<Entry> tasks = new ArrayList<>();
        for (Task<?> root : roots) add(root, stacks, tasks);
        return new TaskTree(roots.size(), List.copyOf(tasks));
    }

    private record Place(Task<?> task, int parent, int depth) {}

    /// Iterative: a tree may be thousands of levels deep.
    private static void add(Task<?> root, boolean stacks, List<Entry> tasks) {
        ArrayDeque<Place> rest = new ArrayDeque<>();
        rest.push(new Place(root, -1, 0));
        long now = root.platform().nanoTime(); // one for all, so that no child looks older than its parent
        Set<Task<?>> started = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Task<?>> children = new ArrayList<>();
        while (!rest.isEmpty()) {
            Place place = rest.pop();
            int index = tasks.size();
            tasks.add(entry(place, now, stacks));
            CancelTree.addChildren(place.task(), children);
            for (Task<?> child : children) {
                // A task that is being started is under its caller too. It is shown once, in the nursery that
                // it is to live in.
                if (child.parent() != place.task() || (child.wasStarted() && !started.add(child))) continue;
                rest.push(new Place(child, index, place.depth() + 1));
            }
            children.clear();
        }
    }

    private static Entry entry(Place place, long now, boolean stacks) {
        Task<?> task = place.task();
        return new Node(place.parent(), place.depth(), task.name(),
                task.nurseryName(), task.notes(),
                task.state(), task.elapsed(now), left(CancelLookup.deadline(task.innermost()), now),
                task.waitsFor(), task.cancelReason(), task.scopeNames(),
                stacks ? List.of(task.stackTrace()) : List.of());
    }

    private static @Nullable Duration left(long deadline, long now) {
        if (deadline == Nanos.NEVER) return null;
        return Duration.ofNanos(deadline <= now ? 0 : deadline - now);
    }

    /// Returns the tree as text, for people: a line a task. If more than four siblings look alike, with all
    /// tasks below them, it shows the first three and then "… 9,997 more like this". Digits, times and the
    /// values of notes make no difference. Control characters become question marks. [#json()] has all tasks,
    /// and all texts as they are.
    public String text() {
        return TaskTreeText.of(this);
    }

    /// Returns the tree as a JSON document, for programs: `runs`, and `tasks` as a flat array with the
    /// indices of their parents, so that its nesting does not grow with the tree's. Durations are in
    /// nanoseconds.
    public String json() {
        return TaskTreeJson.of(this);
    }

    @Override
    public String toString() {
        return text();
    }
}
