package dev.structured.service.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.ScopeResult;
import dev.structured.core.Timeouts;
import dev.structured.core.interop.Futures;
import dev.structured.service.config.StoreConfig;
import dev.structured.service.store.SharedStore;
import dev.structured.service.store.StoreObserver;
import dev.structured.service.store.StoreObserver.Operation;
import dev.structured.service.store.StoreObserver.Result;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The shared store in Redis or Valkey.
///
/// ```
///   DOWN ── the watch connects, or PING is answered ──▶ UP
///     ▲                                                  │
///     └── the connection breaks, PING or several calls ──┘
///         in a row are not answered: callers go on alone, at once
/// ```
///
/// One connection serves all calls. A call is a future of Lettuce's that a task waits for, so it holds no
/// thread, ends with its task, and waits no longer than the configuration allows. A task watches the
/// connection and replaces it when it breaks. No other threads are started here. Thread-safe.
public final class RedisStore implements SharedStore {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);
    /// After this number of calls in a row without an answer, the store counts as down until a PING is
    /// answered.
    private static final int MOST_UNANSWERED = 3;

    private final StoreConfig config;
    private final StoreObserver observer;
    private final RedisClients clients;
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;
    private final AtomicBoolean up = new AtomicBoolean();
    /// Whether it was logged that the store is down.
    private final AtomicBoolean toldDown = new AtomicBoolean();
    private volatile boolean closed;

    private RedisStore(StoreConfig config, StoreObserver observer) {
        this.config = config;
        this.observer = observer;
        this.clients = new RedisClients(config);
    }

    /// Returns the store, which connects soon. Does not block.
    ///
    /// @param nursery runs the watch over the connection, until it is cancelled
    public static RedisStore open(StoreConfig config, Nursery nursery, StoreObserver observer) {
        RedisStore store = new RedisStore(config, observer);
        nursery.startSoon("shared store", store::watch);
        return store;
    }

    /* --- The watch --- */

    private void watch() {
        while (!closed) {
            look();
            Checkpoints.sleep(BETWEEN_LOOKS);
        }
    }

    private void look() {
        String why = "it does not answer";
        try {
            if (!Timeouts.moveOnAfter(LONGEST_LOOK, this::reach).isCancelled()) {
                comeUp();
                return;
            }
        } catch (RuntimeException e) {
            why = reason(e);
        }
        if (!closed) goDown(why);
    }

    private static String reason(RuntimeException e) {
        Throwable deepest = e;
        while (deepest.getCause() != null)
            deepest = deepest.getCause();
        return String.valueOf(deepest.getMessage());
    }

    /// Connects, or sends a PING over the present connection.
    private void reach() {
        StatefulRedisConnection<byte[], byte[]> known = connection;
        if (known != null && known.isOpen()) {
            Futures.await(known.async().ping());
        } else {
            connection = null;
            connection = Futures.await(clients.connect());
        }
    }

    private void comeUp() {
        unanswered.set(0);
        if (up.compareAndSet(false, true)) {
            LOG.info("The shared store {}:{} answers: limits and kept answers are shared", config.host(),
                    config.port());
        }
        toldDown.set(false);
    }

    private void goDown(String why) {
        StatefulRedisConnection<byte[], byte[]> broken = connection;
        connection = null;
        if (broken != null) close(broken);
        goAlone(why);
    }

    private static void close(StatefulRedisConnection<?, ?> broken) {
        CompletionStage<Void> closing = broken.closeAsync();
        closing.whenComplete((_, failure) -> {
            if (failure != null) LOG.debug("A connection to the shared store did not close", failure);
        });
    }

    private void goAlone(String why) {
        up.set(false);
        if (toldDown.getAndSet(true)) return;
        LOG.warn(
                "The shared store {}:{} cannot be used ({}): each replica counts requests by itself and uses "
                        + "its own kept answers, until it answers again",
                config.host(), config.port(), why);
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public boolean isUp() {
        return up.get();
    }

    /* --- Calls --- */

    @Override
    public long take(String bucket, long wholeNanos, long oneNanos) {
        List<byte[]> told = counted(bucket, wholeNanos, oneNanos);
        return told == null ? UNKNOWN : Long.parseLong(new String(told.getFirst(), UTF_8));
    }

    /// Returns the script's result: the used part of the bucket, and the time by which it decided, in seconds
    /// and microseconds; null if the store did not answer.
    @Nullable
    List<byte[]> counted(String bucket, long wholeNanos, long oneNanos) {
        byte[][] keys = {key("l:" + bucket)};
        byte[][] values = {text(wholeNanos), text(oneNanos)};
        return ask(Operation.TAKE, commands -> RateScript.run(commands, keys, values));
    }

    @Override
    public byte @Nullable [] get(String key) {
        return ask(Operation.GET, commands -> Futures.await(commands.get(key("a:" + key))));
    }

    @Override
    public void put(String key, byte[] value, Duration timeToLive) {
        SetArgs until = SetArgs.Builder.px(Math.max(1, timeToLive.toMillis()));
        tell(Operation.PUT, commands -> commands.set(key("a:" + key), value, until));
    }

    @Override
    public void remove(String key) {
        tell(Operation.REMOVE, commands -> commands.del(key("a:" + key)));
    }

    private byte[] key(String name) {
        return (config.prefix() + ":" + name).getBytes(UTF_8);
    }

    private static byte[] text(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }

    /// Returns the connection; null, which the observer sees, while the store is down.
    private @Nullable StatefulRedisConnection<byte[], byte[]> connection(Operation operation) {
        StatefulRedisConnection<byte[], byte[]> open = up.get() ? connection : null;
        if (open == null) observer.asked(operation, Result.DOWN);
        return open;
    }

    /// Returns the store's answer; null if it has none.
    private <T> @Nullable T ask(Operation operation,
            Function<RedisAsyncCommands<byte[], byte[]>, @Nullable T> call) {
        StatefulRedisConnection<byte[], byte[]> open = connection(operation);
        if (open == null) return null;
        Result result = Result.FAILED;
        try {
            ScopeResult<@Nullable T> answer = Timeouts.moveOnAfter(config.timeout(),
                    () -> call.apply(open.async()));
            result = answer.isCancelled() ? Result.TIMEOUT : Result.OK;
            return answer.orElse(null);
        } catch (RuntimeException e) { // the future failed, or too many commands are in flight
            LOG.debug("The shared store failed", e);
            return null;
        } finally {
            ended(open, operation, result);
        }
    }

    /// Sends a command, without waiting for its answer.
    private void tell(Operation operation,
            Function<RedisAsyncCommands<byte[], byte[]>, RedisFuture<?>> call) {
        StatefulRedisConnection<byte[], byte[]> open = connection(operation);
        if (open == null) return;
        CompletionStage<?> sent;
        try {
            sent = call.apply(open.async());
        } catch (RuntimeException e) { // too many commands are in flight
            observer.asked(operation, Result.FAILED);
            return;
        }
        sent.whenComplete(
                (_, failure) -> observer.asked(operation, failure == null ? Result.OK : Result.FAILED));
    }

    private void ended(StatefulRedisConnection<byte[], byte[]> open, Operation operation, Result result) {
        observer.asked(operation, result);
        if (result == Result.OK) {
            unanswered.set(0);
        } else if (!open.isOpen()) {
            goAlone("the connection broke");
        } else if (unanswered.incrementAndGet() >= MOST_UNANSWERED) {
            goAlone("it does not answer");
        }
    }

    @Override
    public void close() {
        closed = true;
        up.set(false);
        clients.close();
    }

    @Override
    public String toString() {
        return "RedisStore[" + config.host() + ":" + config.port() + (up.get() ? " up]" : " down]");
    }
}
