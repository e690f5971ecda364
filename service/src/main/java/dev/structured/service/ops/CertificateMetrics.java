package dev.structured.service.ops;

import dev.structured.service.server.ServerCertificate;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Counts reloads of the public listener's certificate, and shows from when to when it is valid. Without TLS
/// there is nothing to show.
final class CertificateMetrics implements ServerCertificate.Observer {
    private final MeterRegistry registry;
    private final AtomicReference<@Nullable X509Certificate> shown = new AtomicReference<>();

    CertificateMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void inUse(X509Certificate certificate) {
        // The registry would warn of a second gauge of one name.
        if (shown.getAndSet(certificate) != null) return;
        counter(true);
        counter(false);
        gauge("structured.certificate.begins.timestamp", "becomes valid", X509Certificate::getNotBefore);
        gauge("structured.certificate.expires.timestamp", "expires", X509Certificate::getNotAfter);
    }

    private void gauge(String name, String does, Function<X509Certificate, Date> date) {
        TimeGauge.builder(name, () -> seconds(date), TimeUnit.SECONDS)
                .description(
                        "When the certificate of the public listener " + does + ", in seconds since 1970")
                .register(registry);
    }

    private double seconds(Function<X509Certificate, Date> date) {
        X509Certificate certificate = shown.get();
        return certificate == null ? Double.NaN : date.apply(certificate).toInstant().getEpochSecond();
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
