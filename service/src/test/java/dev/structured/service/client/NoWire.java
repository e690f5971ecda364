package dev.structured.service.client;

import java.nio.ByteBuffer;

/// A wire to nowhere.
class NoWire implements Wire {
    @Override
    public int read(ByteBuffer into) {
        return -1;
    }

    @Override
    public void write(ByteBuffer bytes) {}

    @Override
    public boolean isSilent() {
        return false;
    }

    @Override
    public String protocol() {
        return "";
    }

    @Override
    public void close() {}
}
