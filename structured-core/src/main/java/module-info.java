import org.jspecify.annotations.NullMarked;

/// Structured concurrency on virtual threads, in Trio's model: nurseries, cancel scopes, checkpoints.
@NullMarked module dev.structured.core {
    requires jdk.jfr;
    requires static transitive org.jspecify;

    exports dev.structured.core;
    exports dev.structured.core.channel;
    exports dev.structured.core.combine;
    exports dev.structured.core.interop;
    exports dev.structured.core.sync;
}
