package dev.structured.service.client;

import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;

/// What the clients of all downstreams share: threads, timers, buffers.
///
/// Platform threads only for the selectors (one a downstream) and for name resolution, which blocks in native
/// code; whatever else may block goes to virtual threads. All are daemons.
final class JettyResources implements AutoCloseable {
    private static final int MOST_PLATFORM_THREADS = 256;

    private final QueuedThreadPool threads = new QueuedThreadPool(MOST_PLATFORM_THREADS, 1);
    private final Scheduler timers = new ScheduledExecutorScheduler("http-client-timers", true, 1);
    private final ByteBufferPool buffers = new ArrayByteBufferPool();

    JettyResources() {
        threads.setName("http-client");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("http-client-"));
        LifeCycle.start(threads);
        LifeCycle.start(timers);
    }

    /// @throws IllegalStateException if closed
    QueuedThreadPool threads() {
        if (!threads.isRunning())
            throw new IllegalStateException("The backends are closed. Was one opened too late?");
        return threads;
    }

    Scheduler timers() {
        return timers;
    }

    ByteBufferPool buffers() {
        return buffers;
    }

    @Override
    public void close() {
        stop(timers);
        stop(threads);
    }

    /// Stops a part of Jetty to its end, also when the calling thread is interrupted meanwhile; it stays so
    /// then.
    static void stop(LifeCycle part) {
        boolean interrupted = Thread.interrupted();
        while (!part.isStopped()) {
            try {
                part.stop();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (Exception e) {
                throw new IllegalStateException("Could not stop " + part, e);
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
