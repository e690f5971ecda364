package dev.structured.service.ops;

import dev.structured.service.server.ServerCertificate;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Counts reloads of the public listener's certificate, and shows when it expires. Without TLS there is
/// nothing to show.
final class CertificateMetrics implements ServerCertificate.Observer {
    private final MeterRegistry registry;
    private final AtomicReference<@Nullable Instant> expires = new AtomicReference<>();
    private final AtomicBoolean shown = new AtomicBoolean();

    CertificateMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void inUse(@Nullable Instant until) {
        expires.set(until);
        // The registry would warn of a second gauge of one name.
        if (shown.getAndSet(true)) return;
        counter(true);
        counter(false);
        TimeGauge.builder("structured.certificate.expires.timestamp", this::seconds, TimeUnit.SECONDS)
                .description("When the certificate of the public listener expires, in seconds since 1970")
                .register(registry);
    }

    private double seconds() {
        Instant until = expires.get();
        return until == null ? Double.NaN : until.getEpochSecond();
    }

    @Override
    public void reloaded(boolean successful) {
        counter(successful).increment();
    }

    private Counter counter(boolean successful) {
        return Counter.builder("structured.certificate.reload")
                .description("Changes of the certificate files of the public listener, by result")
                .tag("result", successful ? "success" : "failure")
                .register(registry);
    }
}
