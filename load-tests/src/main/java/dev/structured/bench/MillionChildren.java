package dev.structured.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/// The memory of a million live children of one scope. A program of its own; arguments: `peer children`.
///
/// Prints the bytes of heap per child after a full collection, and the peak resident size of the process.
public final class MillionChildren {
    private MillionChildren() {}

    /// Runs the program.
    public static void main(String... args) throws Exception {
        ScopePeer peer = ScopePeer.named(args[0]);
        int children = Integer.parseInt(args[1]);
        run(peer, 1); // makes everything that is made once
        long before = usedAfterCollection();
        CountDownLatch end = new CountDownLatch(1);
        SleepingScope held = new SleepingScope(peer, children, () -> {
            while (end.getCount() > 0)
                LockSupport.park(); // the scope's cancellation wakes it
            return true;
        });
        long after = usedAfterCollection();
        end.countDown();
        held.cancel();
        System.out.println(bytesEach(before, after, children) + " " + peakKilobytes());
    }

    static void run(ScopePeer peer, int children) throws Exception {
        new SleepingScope(peer, children, () -> true).cancel();
    }

    private static long bytesEach(long before, long after, int children) {
        return (after - before) / children;
    }

    private static long usedAfterCollection() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /// Reads the peak from the operating system. Linux only.
    private static long peakKilobytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) return Long.parseLong(line.replaceAll("\\D", ""));
        }
        return -1;
    }
}
