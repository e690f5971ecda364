package dev.structured.core.examples;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static dev.structured.testing.Groups.assertThrowsGroup;
import static dev.structured.testing.Groups.group;
import static dev.structured.testing.Groups.instanceOf;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Cleanup;
import dev.structured.core.Completion;
import dev.structured.core.CompletionHooks;
import dev.structured.core.Deadline;
import dev.structured.core.Instrument;
import dev.structured.core.LateStart;
import dev.structured.core.Nursery;
import dev.structured.core.RunEntry;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeResult;
import dev.structured.core.Task;
import dev.structured.core.TaskLocal;
import dev.structured.core.Timeouts;
import dev.structured.testing.Sequencer;
import dev.structured.testing.Simulation;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The code that the Javadoc of the library shows, with what it needs around it to compile. [JavadocTest]
/// holds the two together.
@SuppressWarnings("unused")
abstract class JavadocSnippets {
    record Product() {}

    record Review() {}

    record Page(Product product, List<Review> reviews) {}

    record Hit() {}

    interface Catalog {
        Product get(String id) throws IOException;
    }

    interface ReviewService {
        List<Review> of(String id) throws IOException;
    }

    interface Index {
        List<Hit> search(String words) throws IOException;
    }

    interface Log {
        void info(String text);
    }

    interface Client {
        void onMessage(Consumer<String> listener);
    }

    interface Connection {}

    interface Pool {
        Connection take() throws IOException;

        void giveBack(Connection connection) throws IOException;
    }

    interface Account {
        int balance();
    }

    interface Inbox {
        void receive();

        void trySend(int value);
    }

    /// As in SLF4J.
    interface Mdc {
        @Nullable
        Map<String, String> getCopyOfContextMap();

        void setContextMap(Map<String, String> context);

        void clear();
    }

    abstract Catalog catalog();

    abstract ReviewService reviewService();

    abstract Index index();

    abstract Log log();

    abstract void serve(Socket socket) throws IOException;

    abstract void serve(ServerSocket socket) throws IOException;

    abstract String query(Connection connection) throws IOException;

    abstract void transfer(Account from, Account to);

    abstract void crash(Nursery nursery);

    Page nursery(Catalog catalog, ReviewService reviewService, String id) {
        Page page = Nursery.call(nursery -> {
            Task<Product> product = nursery.startSoon("product", () -> catalog.get(id));
            Task<List<Review>> reviews = nursery.startSoon("reviews", () -> reviewService.of(id));
            return new Page(product.await(), reviews.await());
        });
        return page;
    }

    int start(Nursery nursery) throws IOException {
        int port = nursery.start("server", status -> {
            try (ServerSocket socket = new ServerSocket(0)) {
                status.started(socket.getLocalPort());
                serve(socket);
            }
        });
        return port;
    }

    abstract Connection connect() throws IOException;

    abstract void poll(Connection connection);

    abstract void first();

    abstract void second();

    void startUntilReady(Nursery nursery) throws IOException {
        nursery.startUntilReady("poller", status -> {
            Connection connection = connect();
            status.started();
            poll(connection);
        });
    }

    void deadline() {
        Deadline deadline = Scheduler.current().deadlineAfter(Duration.ofSeconds(2));
        Timeouts.failAt(deadline, () -> first());
        Timeouts.failAt(deadline, () -> second()); // both have 2 s together
    }

    ScopeResult<List<Hit>> scope(Index index, String words) throws IOException {
        CancelScope scope = new CancelScope("search").withTimeout(Duration.ofMillis(300));
        ScopeResult<List<Hit>> hits = scope.call(() -> index.search(words));
        return hits;
    }

    void idle(Nursery nursery, ServerSocket server) throws IOException {
        while (true) {
            ScopeResult<Socket> next = new CancelScope("accept").asIdle().call(server::accept);
            if (!(next instanceof ScopeResult.Completed(Socket socket))) break;
            nursery.startSoon("connection", () -> serve(socket));
        }
    }

    String cleanup(Pool pool) throws IOException {
        Connection connection = pool.take();
        try {
            return query(connection);
        } finally {
            Cleanup.run(Duration.ofSeconds(3), () -> pool.giveBack(connection));
        }
    }

    void scheduler() {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                nursery.startSoon("left", () -> System.out.println("left"));
                nursery.startSoon("right", () -> System.out.println("right"));
            }));
        }
    }

    static final TaskLocal<String> REQUEST = new TaskLocal<>("request", "none");

    void taskLocal(Log log) {
        REQUEST.run("r-42", () -> Nursery.run(nursery -> {
            nursery.startSoon("log", () -> log.info(REQUEST.get())); // r-42
        }));
    }

    void propagator(Mdc MDC) {
        Scheduler.builder().propagator(task -> {
            Map<String, String> context = MDC.getCopyOfContextMap(); // on the thread that starts the task
            return () -> {
                if (context != null) MDC.setContextMap(context); // on the thread of the task
                try {
                    task.run();
                } finally {
                    MDC.clear(); // a worker thread is used again
                }
            };
        });
    }

    void runEntry(Client client, Queue<String> inbox, Nursery nursery) {
        try (RunEntry entry = RunEntry.open()) { // in a task
            client.onMessage(message -> entry.post(() -> inbox.add(message))); // called on any thread
            Checkpoints.sleepForever();
        }
    }

    void virtualClock() {
        Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build();
        scheduler.run("a long night", () -> Checkpoints.sleep(Duration.ofHours(8))); // over at once
    }

    void simulation(Account from, Account to) {
        Simulation.check(1_000, simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> scope.run(() -> transfer(from, to)));
            assertEquals(100, from.balance() + to.balance());
        });
    }

    static final class Sleeper {
        @StructuredTest
        void sleeper_wakes_in_time(VirtualClock clock) {
            Checkpoints.sleep(Duration.ofHours(8));
            assertEquals(Duration.ofHours(8), clock.now());
        }
    }

    void checkpoints(Inbox inbox) {
        assertCheckpoint(() -> inbox.receive());
        assertNoCheckpoint(() -> inbox.trySend(1));
    }

    void sequencer(Nursery nursery, List<String> trail) {
        Sequencer sequence = new Sequencer();
        nursery.startSoon("left", () -> {
            sequence.at(0, () -> trail.add("left first"));
            sequence.at(2, () -> trail.add("left again"));
        });
        nursery.startSoon("right", () -> {
            try (var _ = sequence.at(1)) {
                trail.add("right in between");
            }
        });
    }

    record Reply() {}

    record Address() {}

    abstract Reply call(Address address) throws IOException;

    Reply lateStart(Nursery nursery, Address a, Address b) {
        Task<Reply> first = nursery.startSoon("first", () -> call(a));
        LateStart<Reply> second = nursery.startAfter(Duration.ofMillis(50), "second", () -> call(b));
        try {
            return first.await();
        } finally {
            second.tryTakeBack();
        }
    }

    void groups() {
        assertThrowsGroup(() -> Nursery.run(nursery -> crash(nursery)),
                instanceOf(IOException.class),
                group(instanceOf(TimeoutException.class), instanceOf(IOException.class, "disk full")));
    }

    static final class Delivery implements Completion {
        private final CompletionHooks hooks = new CompletionHooks(Instrument::reportDropped);
        private volatile boolean done;

        void arrived() {
            done = true;
            hooks.run();
        }

        @Override
        public boolean isDone() {
            return done;
        }

        @Override
        public void addHook(Runnable hook) {
            hooks.add(hook);
            if (done) hooks.run();
        }

        @Override
        public void removeHook(Runnable hook) {
            hooks.remove(hook);
        }
    }
}
