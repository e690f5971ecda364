package dev.structured.service;

import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.demo.DemoDownstreams;
import dev.structured.service.demo.DemoLoad;
import dev.structured.service.ops.DemoControl;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The knobs of the embedded demo downstreams, by the names that the configuration gives them.
///
/// @param configs the downstreams of the configuration that is served, by name
/// @param port supplies the port of the public listener
record DemoKnobs(DemoDownstreams demos, DemoLoad traffic, Supplier<Map<String, DownstreamConfig>> configs,
        IntSupplier port) implements DemoControl {
    private static final int MOST = 1_000;

    private @Nullable String demo(String downstream) {
        DownstreamConfig config = configs.get().get(downstream);
        return config == null || !config.isDemo()
                ? null
                : config.endpoints().urls().getFirst().getSchemeSpecificPart();
    }

    @Override
    public @Nullable String chaos(String downstream) {
        String name = demo(downstream);
        return name == null ? null : demos.misbehaviour(name);
    }

    @Override
    public void chaos(String downstream, String kind) {
        String name = demo(downstream);
        if (name == null) throw new IllegalArgumentException("There is no demo downstream of this name");
        demos.misbehave(name, kind);
    }

    @Override
    public void load(int perSecond) {
        if (perSecond > MOST)
            throw new IllegalArgumentException("At most " + MOST + " requests a second are sent");
        traffic.send(perSecond, port.getAsInt());
    }

    @Override
    public int load() {
        return traffic.perSecond();
    }
}
