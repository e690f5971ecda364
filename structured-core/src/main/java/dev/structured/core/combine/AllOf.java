package dev.structured.core.combine;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Task;
import dev.structured.core.ValueBody;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs bodies side by side that all have to succeed.
final class AllOf {
    private AllOf() {}

    /// Returns the values in the order of the bodies.
    static <T extends @Nullable Object> List<T> run(String name,
            Collection<? extends ValueBody<? extends T, ?>> bodies) {
        Checkpoints.checkCancelled();
        return Collections.unmodifiableList(Nursery.<List<T>>call(name, nursery -> {
            List<Task<? extends T>> tasks = new ArrayList<>(bodies.size());
            for (ValueBody<? extends T, ?> body : bodies) {
                // Those that were started get their turn. Once one has failed, the rest need not start.
                Checkpoints.quickCheckpoint();
                tasks.add(nursery.startSoon(name + " " + (tasks.size() + 1), body));
            }
            List<T> values = new ArrayList<>(tasks.size());
            for (Task<? extends T> task : tasks) values.add(task.await());
            return values;
        }));
    }
}
