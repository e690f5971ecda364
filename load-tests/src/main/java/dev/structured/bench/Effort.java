package dev.structured.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// How long an invocation goes on: until the process has used so much CPU time. So one is as good on a busy machine as
/// on an idle one, as a warm-up too, and the rounding of the CPU time is below a hundredth of it.
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Effort {
    static final String LABEL = "elements";

    private static final long ENOUGH = 1_200_000_000;
    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory
            .getOperatingSystemMXBean();

    /// How many have been passed in the iteration, of whatever is passed.
    public long elements;

    /// Does the work over and over again.
    ///
    /// @param work returns how many elements it has passed
    void repeat(Callable<Integer> work) throws Exception {
        long until = SYSTEM.getProcessCpuTime() + ENOUGH;
        while (SYSTEM.getProcessCpuTime() < until)
            elements += work.call();
    }
}
