package dev.structured.service.descriptors;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// A few descriptors that are held open unused, and freed one by one when no other is left. Thread-safe.
public final class DescriptorReserve implements AutoCloseable {
    private static final Path NOTHING = Path.of("/dev/null");

    private final int size;
    /// Guarded by this.
    private final Deque<FileChannel> held = new ArrayDeque<>();

    /// Takes the reserve.
    public DescriptorReserve(int size) {
        this.size = size;
        refill();
    }

    /// Frees one descriptor; false if none is held.
    public synchronized boolean release() {
        FileChannel one = held.poll();
        if (one == null) return false;
        try {
            one.close();
        } catch (IOException e) {
            // Its descriptor is free in any case.
        }
        return true;
    }

    /// Takes as many as are available, up to the size of the reserve.
    public synchronized void refill() {
        try {
            while (held.size() < size)
                held.add(FileChannel.open(NOTHING));
        } catch (IOException e) {
            // None is left; tried again later.
        }
    }

    @Override
    public void close() {
        while (release()) {
            // one after the other
        }
    }
}
