import org.jspecify.annotations.NullMarked;

/// Structured concurrency on virtual threads, in Trio's model: nurseries, cancel scopes, checkpoints.
@NullMarked module dev.structured.core {
    requires jdk.jfr;
    requires static transitive org.jspecify;
    // For tests that are written with `@StructuredTest`, and for nothing else.
    requires static org.junit.jupiter.api;

    exports dev.structured.core;
    exports dev.structured.core.channel;
    exports dev.structured.core.combine;
    exports dev.structured.core.interop;
    exports dev.structured.core.sync;
    exports dev.structured.core.testing;

    opens dev.structured.core.testing to org.junit.platform.commons;
}
