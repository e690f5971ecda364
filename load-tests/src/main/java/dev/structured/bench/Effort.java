package dev.structured.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The length of an invocation: it ends when the process has used a given CPU time. So it is as good on a
/// busy machine as on an idle one, also as a warm-up, and the rounding of the CPU time is below one percent
/// of it.
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Effort {
    static final String LABEL = "elements";

    private static final long ENOUGH = 1_200_000_000;
    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory
            .getOperatingSystemMXBean();

    /// The number of elements of this iteration.
    public long elements;

    /// Repeats the work.
    ///
    /// @param work returns the number of elements that it has passed
    void repeat(Callable<Integer> work) throws Exception {
        long until = SYSTEM.getProcessCpuTime() + ENOUGH;
        while (SYSTEM.getProcessCpuTime() < until)
            elements += work.call();
    }
}
