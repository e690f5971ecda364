package dev.structured.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/// How much memory do a million live children of one scope take? A program of its own: `peer children`.
///
/// Prints the bytes of heap a child after a full collection, and the largest resident size of the process.
public final class MillionChildren {
    private MillionChildren() {}

    /// Runs it.
    public static void main(String... args) throws Exception {
        Peer peer = Peer.named(args[0]);
        int children = Integer.parseInt(args[1]);
        run(peer, 1); // what is made once
        long before = usedAfterCollection();
        CountDownLatch end = new CountDownLatch(1);
        Held held = new Held(peer, children, () -> {
            while (end.getCount() > 0)
                LockSupport.park(); // the scope's cancellation wakes it
            return true;
        });
        long after = usedAfterCollection();
        end.countDown();
        held.cancel();
        System.out.println(bytesEach(before, after, children) + " " + peakKilobytes());
    }

    static void run(Peer peer, int children) throws Exception {
        new Held(peer, children, () -> true).cancel();
    }

    private static long bytesEach(long before, long after, int children) {
        return (after - before) / children;
    }

    private static long usedAfterCollection() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /// The kernel's own count. Linux only.
    private static long peakKilobytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) return Long.parseLong(line.replaceAll("\\D", ""));
        }
        return -1;
    }
}
