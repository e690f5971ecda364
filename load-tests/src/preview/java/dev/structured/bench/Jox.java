package dev.structured.bench;

import com.softwaremill.jox.structured.Fork;
import com.softwaremill.jox.structured.Race;
import com.softwaremill.jox.structured.Scopes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

/// Jox's supervised scopes, which use `StructuredTaskScope`.
final class Jox implements ScopePeer {

    @Override
    public int scope(int children) throws Exception {
        List<Fork<Integer>> forks = new ArrayList<>(children);
        Scopes.supervised(scope -> {
            for (int i = 0; i < children; i++) {
                int number = i;
                forks.add(scope.forkUser(() -> number));
            }
            return true;
        });
        int sum = 0;
        for (Fork<Integer> fork : forks) sum += fork.join();
        return sum;
    }

    @Override
    public int scopeWithDeadline(int children) throws Exception {
        return Race.timeout(AMPLE.toMillis(), () -> scope(children));
    }

    @Override
    public void holdUntil(CountDownLatch end, int children, Callable<Boolean> child) throws Exception {
        Scopes.supervised(scope -> {
            for (int i = 0; i < children; i++) scope.fork(child);
            end.await();
            return true;
        });
    }

    @Override
    public boolean limited(Duration limit, Callable<Boolean> child) throws Exception {
        try {
            Race.timeout(limit.toMillis(), child);
            return false;
        } catch (TimeoutException e) {
            return true;
        }
    }
}
