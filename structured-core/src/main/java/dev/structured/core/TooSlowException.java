package dev.structured.core;
public final class TooSlowException extends RuntimeException {
    private static final long serialVersionUID = 1;
}
