package dev.structured.service.traces;

import dev.structured.service.edge.TraceContext;
import dev.structured.service.record.Trace;
import dev.structured.service.server.TracedRequest;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Traces that are sent by OpenTelemetry's SDK, which its environment variables configure.
///
/// ```
///   a request begins ──▶ the configured sampler decides ──▶ its Trace: ids, and whether it is kept
///   a request ends   ──▶ if it is kept: is there room? ──▶ its spans ──▶ the SDK's queue ──▶ OTLP, in batches
///                                            └─ no: all of them are dropped, and counted
/// ```
final class SentTraces implements Traces {
    private static final Logger LOG = LoggerFactory.getLogger("traces");
    /// The longest time for the last spans, when the service ends.
    private static final long LAST_SPANS_MILLIS = 3_000;
    private static final int USUAL_QUEUE = 2_048;
    private static final AttributeKey<String> NAME = AttributeKey.stringKey("service.name");
    private static final AttributeKey<String> VERSION = AttributeKey.stringKey("service.version");

    private final SpanQueue queue;
    private final SdkTracerProvider provider;
    private final Sampler sampler;
    private final RequestSpans spans;

    private SentTraces(SpanQueue queue, SdkTracerProvider provider, Sampler sampler, DecidedSpans decided) {
        this.queue = queue;
        this.provider = provider;
        this.sampler = sampler;
        this.spans = new RequestSpans(provider.get("structured"), decided);
    }

    static SentTraces start(Map<String, String> properties, String version) throws InvalidTracesException {
        SdkLog.install();
        DecidedSpans decided = new DecidedSpans();
        SpanQueue queue = new SpanQueue();
        Sampler[] configured = {Sampler.parentBased(Sampler.alwaysOn())};
        try {
            var sdk = AutoConfiguredOpenTelemetrySdk.builder()
                    .disableShutdownHook()
                    .addPropertiesSupplier(() -> properties)
                    .addResourceCustomizer((resource, _) -> described(resource, version))
                    .addSamplerCustomizer((sampler, _) -> {
                        configured[0] = sampler;
                        return decided;
                    })
                    .addTracerProviderCustomizer((builder, config) -> {
                        queue.limit(limit(config));
                        return builder.setIdGenerator(decided);
                    })
                    .addSpanExporterCustomizer((exporter, _) -> queue.before(exporter))
                    .build().getOpenTelemetrySdk();
            return new SentTraces(queue, sdk.getSdkTracerProvider(), configured[0], decided);
        } catch (ConfigurationException | IllegalArgumentException e) {
            throw new InvalidTracesException("Traces cannot be sent as the environment asks: "
                    + e.getMessage(), e);
        }
    }

    /// Adds the names of the service where the environment gives it none.
    private static Resource described(Resource resource, String version) {
        String name = resource.getAttribute(NAME);
        Resource named = name == null || name.startsWith("unknown_service")
                ? resource.merge(Resource.create(Attributes.of(NAME, "structured")))
                : resource;
        return named.getAttribute(VERSION) == null
                ? named.merge(Resource.create(Attributes.of(VERSION, version)))
                : named;
    }

    private static int limit(ConfigProperties config) {
        return config.getInt("otel.bsp.max.queue.size", USUAL_QUEUE);
    }

    @Override
    public Trace begin(@Nullable TraceContext client, String method, String scheme) {
        String id = client == null ? Trace.newId() : client.id();
        TraceState before = client == null ? TraceState.getDefault() : States.of(client.tracestate());
        Context parent = client == null
                ? Context.root()
                : Context.root().with(Span.wrap(SpanContext.createFromRemoteParent(id, client.span(),
                        TraceFlags.fromByte((byte) (client.flags() & Trace.SAMPLED)), before)));
        SamplingResult result = sampler.shouldSample(parent, id, method, SpanKind.SERVER,
                Attributes.of(RequestFacts.METHOD, method, RequestFacts.SCHEME, scheme), List.of());
        int sampled = result.getDecision() == SamplingDecision.RECORD_AND_SAMPLE ? Trace.SAMPLED : 0;
        int random = client == null ? Trace.RANDOM : client.flags() & Trace.RANDOM;
        TraceState after = result.getUpdatedTraceState(before);
        String state = after.equals(before) && client != null ? client.tracestate() : States.text(after);
        return new Trace(id, Trace.newSpan(), client == null ? null : client.span(), sampled | random, state);
    }

    @Override
    public void ended(TracedRequest request) {
        int number = RequestSpans.count(request.recorder());
        if (!queue.enter(number)) return;
        int made = 0;
        try {
            made = spans.make(request);
        } catch (RuntimeException e) {
            LOG.warn("The spans of request {} could not be made", request.recorder().id(), e);
        }
        // A part that is still being stopped may have begun another attempt meanwhile, or the SDK has ended.
        queue.correct(number, made);
    }

    @Override
    public Counts counts() {
        return queue;
    }

    @Override
    public void close() {
        if (!provider.shutdown().join(LAST_SPANS_MILLIS, TimeUnit.MILLISECONDS).isSuccess()) {
            LOG.warn("The last spans could not be sent within {} ms", LAST_SPANS_MILLIS);
        }
    }
}
