package dev.structured.service.ops;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import jdk.management.VirtualThreadSchedulerMXBean;

/// The metrics of the JVM and the process.
///
/// Micrometer's binders are not used because their names differ from the semantic conventions; where those
/// would make `promtool` complain, the names are Prometheus' own. Threads are platform threads: of virtual
/// ones the JVM counts those that run or want to, and `structured_tasks_live` all that are ours.
final class RuntimeMetrics {

    private static final Duration[] GC_BUCKETS = {Duration.ofMillis(10), Duration.ofMillis(100),
            Duration.ofSeconds(1), Duration.ofSeconds(10)};

    private final MeterRegistry registry;

    RuntimeMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void register() {
        ManagementFactory.getMemoryPoolMXBeans().forEach(this::memory);
        ManagementFactory.getGarbageCollectorMXBeans().forEach(this::collector);
        threads();
        carriers();
        process();
    }

    private void memory(MemoryPoolMXBean pool) {
        memory("jvm.memory.used", "Memory in use", pool, MemoryUsage::getUsed);
        memory("jvm.memory.committed", "Memory that is committed for the JVM to use", pool,
                MemoryUsage::getCommitted);
        if (pool.getUsage().getMax() >= 0) {
            memory("jvm.memory.limit", "Memory that the pool may use at most", pool, MemoryUsage::getMax);
        }
    }

    private void memory(String name, String description, MemoryPoolMXBean pool,
            ToLongFunction<MemoryUsage> value) {
        Gauge.builder(name, pool, p -> value.applyAsLong(p.getUsage()))
                .description(description)
                .baseUnit("bytes")
                .tags("jvm_memory_type", pool.getType() == MemoryType.HEAP ? "heap" : "non_heap",
                        "jvm_memory_pool_name", pool.getName())
                .strongReference(true)
                .register(registry);
    }

    private void collector(GarbageCollectorMXBean collector) {
        if (collector instanceof NotificationEmitter emitter) {
            emitter.addNotificationListener((notification, _) -> collected(
                    GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())),
                    notification -> notification.getType()
                            .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION),
                    null);
        }
    }

    private void collected(GarbageCollectionNotificationInfo info) {
        Timer.builder("jvm.gc.duration")
                .description("Duration of garbage collections")
                .tags("jvm_gc_name", info.getGcName(), "jvm_gc_action", info.getGcAction())
                .serviceLevelObjectives(GC_BUCKETS)
                .register(registry)
                .record(Duration.ofMillis(info.getGcInfo().getDuration()));
    }

    private void threads() {
        var threads = ManagementFactory.getThreadMXBean();
        gauge("jvm.threads", "Platform threads that are alive", Tags.of("jvm_thread_daemon", "true"),
                threads,
                t -> t.getDaemonThreadCount());
        gauge("jvm.threads", "Platform threads that are alive", Tags.of("jvm_thread_daemon", "false"),
                threads,
                t -> t.getThreadCount() - t.getDaemonThreadCount());
    }

    private void carriers() {
        var carriers = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
        if (carriers == null) return;
        gauge("jvm.virtual.threads.mounted", "Virtual threads that run now", Tags.empty(), carriers,
                VirtualThreadSchedulerMXBean::getMountedVirtualThreadCount);
        gauge("jvm.virtual.threads.queued", "Virtual threads that could run and wait for a carrier",
                Tags.empty(), carriers, VirtualThreadSchedulerMXBean::getQueuedVirtualThreadCount);
        gauge("jvm.virtual.threads.carriers", "Platform threads that carry virtual ones", Tags.empty(),
                carriers, VirtualThreadSchedulerMXBean::getPoolSize);
        gauge("jvm.virtual.threads.parallelism", "Virtual threads that may run at once", Tags.empty(),
                carriers,
                VirtualThreadSchedulerMXBean::getParallelism);
    }

    private void process() {
        var runtime = ManagementFactory.getRuntimeMXBean();
        gauge("process.start.time.seconds", "Start of the process, in seconds since 1970", Tags.empty(),
                runtime,
                r -> r.getStartTime() / 1e3);
        gauge("process.uptime.seconds", "Time since the process was started", Tags.empty(), runtime,
                r -> r.getUptime() / 1e3);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            unix(unix);
        }
    }

    private void unix(UnixOperatingSystemMXBean unix) {
        FunctionCounter.builder("jvm.cpu.time", unix, u -> u.getProcessCpuTime() / 1e9)
                .description("Processor time that the process has used")
                .baseUnit("seconds")
                .register(registry);
        gauge("jvm.cpu.recent.utilization.ratio", "Recent share of all processors that the process used",
                Tags.empty(), unix, u -> u.getProcessCpuLoad());
        gauge("process.open.fds", "Open files and sockets", Tags.empty(), unix,
                u -> u.getOpenFileDescriptorCount());
        gauge("process.max.fds", "Files and sockets that may be open at most", Tags.empty(), unix,
                u -> u.getMaxFileDescriptorCount());
    }

    private <T> void gauge(String name, String description, Tags tags, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }
}
