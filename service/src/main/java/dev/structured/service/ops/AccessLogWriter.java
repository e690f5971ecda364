package dev.structured.service.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Cleanup;
import dev.structured.core.Nursery;
import dev.structured.core.Task;
import dev.structured.core.interop.Blocking;
import dev.structured.core.interop.OnCancel;
import dev.structured.service.server.LogFormat;
import dev.structured.service.server.LogSink;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Writes the access log: requests put their lines into a bounded queue, and one task writes all lines that
/// are there in one go.
///
/// A request never waits for the log. If the queue is full, for example because a pipe is not read, the line
/// is dropped and counted. [#close()] writes the lines that are left. Thread-safe.
public final class AccessLogWriter implements LogSink, AutoCloseable {
    /// The most waiting lines: some megabytes, and more than come in a second.
    private static final int MOST_WAITING = 8_192;
    /// The time that lines gather before they are written together.
    private static final Duration GATHERING = Duration.ofMillis(20);
    /// The longest time for the last lines, when the service ends.
    private static final Duration LAST_LINES = Duration.ofSeconds(2);
    /// The form of the other lines of the log; see `simplelogger.properties`.
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
            .withZone(ZoneId.systemDefault());

    private record Line(long millis, String fields) {}

    private final BlockingQueue<Line> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final LongAdder dropped = new LongAdder();
    /// Held while lines are written. When the writer is closed, its task leaves a write alone and begins the
    /// last one, which waits here for the other.
    private final Lock turn = new ReentrantLock();
    /// The lines that are written next. Guarded by `turn`, except that the writer's task adds one while
    /// nothing is written.
    private final List<Line> lines = new ArrayList<>();
    private final OutputStream out;
    private final LogFormat format;
    private final CancelScope writing = new CancelScope("access log");
    private final Task<@Nullable Void> writer;

    private AccessLogWriter(Nursery nursery, OutputStream out, LogFormat format) {
        this.out = out;
        this.format = format;
        this.writer = nursery.startSoon("access log", this::writeAll);
    }

    /// Starts the task that writes.
    ///
    /// @param nursery the task is a child of it
    /// @param out receives the lines; not closed
    /// @param format the form of the lines
    public static AccessLogWriter open(Nursery nursery, OutputStream out, LogFormat format) {
        return new AccessLogWriter(nursery, out, format);
    }

    /// Like [#open], for standard error, which stays open.
    ///
    /// @param nursery ends after the writer has been closed
    /// @param format the form of the lines
    public static AccessLogWriter toStandardError(Nursery nursery, LogFormat format) {
        return new AccessLogWriter(nursery, System.err, format);
    }

    @Override
    public LogFormat format() {
        return format;
    }

    /// Puts a line into the queue, or drops it when the queue is full. Does not block.
    @Override
    public void accept(String fields) {
        if (!waiting.offer(new Line(System.currentTimeMillis(), fields))) dropped.increment();
    }

    /// Returns the number of lines that were dropped or could not be written.
    public long dropped() {
        return dropped.sum();
    }

    private void writeAll() throws InterruptedException {
        try {
            writing.run(this::writeAsTheyCome);
        } finally {
            Cleanup.run(LAST_LINES, this::writeWaiting);
        }
    }

    private void writeAsTheyCome() throws InterruptedException {
        while (true) {
            lines.add(waiting.take());
            Checkpoints.sleep(GATHERING);
            writeWaiting();
        }
    }

    /// Writes the waiting lines, on a worker thread that is abandoned when this is cancelled: a write to a
    /// pipe that is not read blocks forever. Until the worker has begun, the lines stay where they are.
    private void writeWaiting() {
        Blocking.run(OnCancel.ABANDON, () -> {
            turn.lock();
            try {
                write();
            } finally {
                turn.unlock();
            }
        });
    }

    private void write() {
        waiting.drainTo(lines);
        int count = lines.size();
        byte[] bytes = text(lines).getBytes(UTF_8);
        lines.clear();
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException _) {
            dropped.add(count);
        }
    }

    private String text(List<Line> lines) {
        StringBuilder text = new StringBuilder(256 * lines.size());
        if (format == LogFormat.JSON) {
            for (Line line : lines) {
                text.append("{\"timestamp\":").append(line.millis)
                        .append(",\"level\":\"INFO\",\"loggerName\":\"access\",").append(line.fields)
                        .append("}\n");
            }
            return text.toString();
        }
        long millis = Long.MIN_VALUE;
        String time = "";
        for (Line line : lines) {
            if (line.millis != millis) {
                millis = line.millis;
                time = TIME.format(Instant.ofEpochMilli(millis));
            }
            text.append(time).append(" INFO access - ").append(line.fields).append('\n');
        }
        return text.toString();
    }

    /// Writes the lines that are left and ends the task. Blocks until they are written, or two seconds have
    /// passed. A second call does nothing.
    @Override
    public void close() {
        writing.cancel("the service has ended");
        writer.await();
    }
}
