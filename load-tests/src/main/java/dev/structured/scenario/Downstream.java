package dev.structured.scenario;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// A downstream in trouble. The first word of a path names the trouble. The server counts calls by the first
/// segment.
///
/// | path | |
/// |---|---|
/// | `/even-…/MILLIS` | each call takes that long |
/// | `/tail-…/MILLIS` | 1 % of the calls take a hundred times as long, by a random generator with a seed |
/// | `/slow-…/MILLIS` | each call takes ten times as long |
/// | `/broken-…` | 500, always |
/// | `/storm-…` | 503, always |
/// | `/overload-…` | ten workers, 40 ms a call; further calls queue, even if the caller has gone |
///
/// Like most servers, it does not notice that a client has gone away.
final class Downstream {
    static final int WORKERS = 10;
    static final Duration WORK = Duration.ofMillis(40);
    static final int TIMES_SLOWER = 100;

    private static final int SLOW_REPLICA = 10;
    private static final double SHARE_OF_SLOW = 0.01;
    private static final long SEED = 20_130_201;
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final String OK = answer("200 OK", "{\"ok\":true}");
    private static final String WRONG = answer("500 Internal Server Error", "{}");
    private static final String BROKEN = answer("503 Service Unavailable", "{}");

    private final String url;
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Map<String, SplittableRandom> randoms = new ConcurrentHashMap<>();
    private final AtomicInteger busy = new AtomicInteger();
    private final Semaphore workers = new Semaphore(WORKERS, true);

    private Downstream(Nursery nursery) throws IOException {
        url = Connections.open(nursery, this::serve);
    }

    /// Starts one on a free port of this machine. It ends with the nursery.
    static Downstream start(Nursery nursery) throws IOException {
        return new Downstream(nursery);
    }

    String url() {
        return url;
    }

    /// Returns the number of calls.
    ///
    /// @param path `/` and the first segment
    int calls(String path) {
        AtomicInteger count = calls.get(path);
        return count == null ? 0 : count.get();
    }

    /// Waits until no call is in flight or queued. Blocks.
    void awaitQuiet() {
        while (busy.get() > 0)
            Checkpoints.sleep(LOOK);
    }

    private void serve(Socket socket) throws IOException, InterruptedException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), ISO_8859_1));
        OutputStream out = socket.getOutputStream();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String path = line.split(" ", -1)[1];
            while (line != null && !line.isEmpty())
                line = in.readLine();
            out.write(act(path).getBytes(ISO_8859_1));
        }
    }

    private String act(String path) throws InterruptedException {
        String first = path.substring(0, path.indexOf('/', 1));
        calls.computeIfAbsent(first, _ -> new AtomicInteger()).incrementAndGet();
        busy.incrementAndGet();
        try {
            if (first.startsWith("/storm")) return BROKEN;
            if (first.startsWith("/broken")) return WRONG;
            if (first.startsWith("/overload")) work();
            else
                Checkpoints.sleep(usual(path).multipliedBy(factor(first)));
            return OK;
        } finally {
            busy.decrementAndGet();
        }
    }

    private static Duration usual(String path) {
        return Duration.ofMillis(Integer.parseInt(path.split("/", -1)[2]));
    }

    private int factor(String first) {
        if (first.startsWith("/slow")) return SLOW_REPLICA;
        return isSlow(first) ? TIMES_SLOWER : 1;
    }

    private boolean isSlow(String first) {
        if (!first.startsWith("/tail")) return false;
        SplittableRandom random = randoms.computeIfAbsent(first, _ -> new SplittableRandom(SEED));
        synchronized (random) {
            return random.nextDouble() < SHARE_OF_SLOW;
        }
    }

    private void work() throws InterruptedException {
        workers.acquire();
        try {
            Checkpoints.sleep(WORK);
        } finally {
            workers.release();
        }
    }

    private static String answer(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }
}
