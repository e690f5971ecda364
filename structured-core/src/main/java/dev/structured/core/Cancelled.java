package dev.structured.core;
public final class Cancelled extends Error {
    private static final long serialVersionUID = 1;
    public CancelReason reason() { throw new UnsupportedOperationException(); }
}
