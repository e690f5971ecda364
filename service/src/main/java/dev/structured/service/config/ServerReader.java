package dev.structured.service.config;

import java.time.Duration;

/// Reads the `server:` of a file.
final class ServerReader {
    private static final Duration MOST = Duration.ofMinutes(10);
    private static final int KIB = 1 << 10;

    private ServerReader() {}

    static ServerConfig read(Value server) {
        ServerConfig preset = ServerConfig.DEFAULT;
        Section section = new Section(server, "maxBody", "maxHeader", "idleTimeout", "drainDelay",
                "drainTimeout");
        return new ServerConfig(
                section.read("maxBody", Rule.size(KIB, 64 * KIB * KIB), preset.maxBodyBytes()),
                section.read("maxHeader", Rule.size(KIB, 256 * KIB), preset.maxHeaderBytes()),
                section.read("idleTimeout", Rule.duration(Duration.ofSeconds(1), MOST), preset.idleTimeout()),
                section.read("drainDelay", Rule.duration(Duration.ZERO, MOST), preset.drainDelay()),
                section.read("drainTimeout", Rule.duration(Duration.ZERO, MOST), preset.drainTimeout()));
    }
}
