package dev.structured.service;

import dev.structured.service.server.LogFormat;

/// Chooses the library that writes the log: slf4j-simple for text, Logback for JSON.
final class LogProvider {
    /// The property by which SLF4J chooses among several libraries.
    private static final String PROPERTY = "slf4j.provider";

    /// The property that makes SLF4J print less about itself: by default, it prints the chosen library on
    /// stderr.
    private static final String VERBOSITY = "slf4j.internal.verbosity";

    private LogProvider() {}

    /// Chooses. Must be called before the first logger is made; a choice by the user's own property stays.
    static void choose(LogFormat format) {
        if (System.getProperty(PROPERTY) != null) return;
        System.setProperty(VERBOSITY, "WARN");
        System.setProperty(PROPERTY, switch (format) {
            case TEXT -> "org.slf4j.simple.SimpleServiceProvider";
            case JSON -> "ch.qos.logback.classic.spi.LogbackServiceProvider";
        });
    }
}
