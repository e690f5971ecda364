package dev.structured.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.structured.core.Checkpoints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The service in a process of its own, started from its jar.
final class Service implements AutoCloseable {
    /// The path of the jar: `-Dservice.jar=…`.
    static final Path JAR = Path.of(System.getProperty("service.jar", "../service/target/service.jar"));

    private static final Pattern PAGES = Pattern.compile("(?m)^Pages: +(http://127\\.0\\.0\\.1:\\d+) ");
    private static final Pattern ADMIN = Pattern.compile("(?m)^Admin: +(http://127\\.0\\.0\\.1:\\d+) ");
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration START = Duration.ofMinutes(3);
    private static final int END_SECONDS = 15;

    private final Process process;
    private final Path config;
    private final Path log;

    private Service(Process process, Path config, Path log) {
        this.process = process;
        this.config = config;
        this.log = log;
    }

    /// Starts the service on any free ports.
    ///
    /// @param downstream the address of the routes' downstream
    /// @param folder the folder for its configuration and its log
    /// @param routes the name of the file of its routes, without its ending
    static Service start(String downstream, Path folder, String routes) throws IOException {
        return start(downstream, folder, routes, routes, 0, 0);
    }

    /// Starts the service on certain ports.
    ///
    /// @param name the name of its configuration and of its log, without their endings
    /// @param port 0 for any free one
    /// @param adminPort 0 for any free one
    static Service start(String downstream, Path folder, String routes, String name, int port, int adminPort)
            throws IOException {
        if (!Files.exists(JAR)) {
            throw new IllegalStateException("There is no " + JAR.toAbsolutePath().normalize()
                    + ". Build it first: mvn -pl service -am -DskipTests package");
        }
        Path config = Files.createDirectories(folder.resolve("config")).resolve(name + ".yaml");
        Path log = folder.resolve(name + ".log");
        try (InputStream text = Service.class.getResourceAsStream("/scenarios/" + routes + ".yaml")) {
            if (text == null)
                throw new IllegalStateException("scenarios/" + routes + ".yaml is not on the class path");
            Files.writeString(config,
                    new String(text.readAllBytes(), UTF_8).replace("http://downstream", downstream));
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-jar", JAR.toString(), config.toString(), "--port",
                "" + port,
                "--admin-port", "" + adminPort).redirectErrorStream(true).redirectOutput(log.toFile())
                .start();
        return new Service(process, config, log);
    }

    /// Waits until the service listens, and returns its address as `http://address:port`.
    String url() throws IOException {
        return printed(PAGES);
    }

    /// Waits until the service listens, and returns its admin listener's address as `http://address:port`.
    String admin() throws IOException {
        return printed(ADMIN);
    }

    /// Returns the file of its routes.
    Path config() {
        return config;
    }

    /// Returns the file of its log.
    Path log() {
        return log;
    }

    /// Returns the time of processors that it has used.
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// Returns the id of its process.
    long pid() {
        return process.pid();
    }

    private String printed(Pattern address) throws IOException {
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            Matcher found = address.matcher(beginning());
            if (found.find()) return found.group(1);
            Checkpoints.sleep(LOOK);
        }
        throw new IllegalStateException("The service does not listen; see " + log.toAbsolutePath());
    }

    private String beginning() throws IOException {
        try (InputStream in = Files.newInputStream(log)) {
            return new String(in.readNBytes(4_096), UTF_8);
        }
    }

    /// Stops the service; kills it if it does not stop in time.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
