package dev.structured.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Configuration;
import java.util.concurrent.StructuredTaskScope.Joiner;
import java.util.concurrent.StructuredTaskScope.Subtask;
import java.util.function.UnaryOperator;

/// `StructuredTaskScope` of JDK 25 with its default policy: the first failure stops the others.
final class TaskScopes implements ScopePeer {

    @Override
    public int scope(int children) throws InterruptedException {
        return scope(children, UnaryOperator.identity());
    }

    @Override
    public int scopeWithDeadline(int children) throws InterruptedException {
        return scope(children, configuration -> configuration.withTimeout(AMPLE));
    }

    private static int scope(int children, UnaryOperator<Configuration> settings)
            throws InterruptedException {
        List<Subtask<Integer>> subtasks = new ArrayList<>(children);
        try (var scope = StructuredTaskScope.open(Joiner.<Integer>awaitAllSuccessfulOrThrow(), settings)) {
            for (int i = 0; i < children; i++) {
                int number = i;
                subtasks.add(scope.fork(() -> number));
            }
            scope.join();
        }
        int sum = 0;
        for (Subtask<Integer> subtask : subtasks) sum += subtask.get();
        return sum;
    }

    /// A failing child cancels the scope, since its owner has no other way to.
    @Override
    public void holdUntil(CountDownLatch end, int children, Callable<Boolean> child)
            throws InterruptedException {
        try (var scope = StructuredTaskScope.open(Joiner.<Boolean>awaitAllSuccessfulOrThrow())) {
            for (int i = 0; i < children; i++) scope.fork(child);
            end.await();
            scope.fork(() -> {
                throw new CancellationException();
            });
            scope.join();
        } catch (StructuredTaskScope.FailedException cancelled) {
            // expected
        }
    }

    @Override
    public boolean limited(Duration limit, Callable<Boolean> child) throws InterruptedException {
        try (var scope = StructuredTaskScope.open(Joiner.<Boolean>awaitAllSuccessfulOrThrow(),
                configuration -> configuration.withTimeout(limit))) {
            scope.fork(child);
            scope.join();
            return false;
        } catch (StructuredTaskScope.TimeoutException e) {
            return true;
        }
    }
}
