package dev.structured.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.structured.core.Checkpoints;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One program that makes the page, in a process of its own.
final class Contender implements AutoCloseable {
    private static final Pattern PAGES = Pattern.compile("(?m)^Pages: +(http://127\\.0\\.0\\.1:\\d+) ");
    private static final Pattern ADMIN = Pattern.compile("(?m)^Admin: +(http://127\\.0\\.0\\.1:\\d+) ");
    private static final String NO_LOG = "org.slf4j.helpers.NOP_FallbackServiceProvider";
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration START = Duration.ofMinutes(2);
    private static final int END_SECONDS = 15;

    final String name;
    private final Map<String, String> headers;
    private final Process process;
    private final Path output;
    private final CompilerTime compilers;

    private Contender(String name, Map<String, String> headers, Process process, Path output) {
        this.name = name;
        this.headers = headers;
        this.process = process;
        this.output = output;
        this.compilers = new CompilerTime(process.pid());
    }

    /// Starts the service.
    ///
    /// @param jar the service's jar
    /// @param flags of the JVM
    /// @param routes its configuration
    /// @param folder the folder for its log
    static Contender service(String name, Path jar, List<String> flags, Path routes, Path folder)
            throws IOException {
        return service(name, Map.of(), jar, flags, routes, folder);
    }

    /// Starts the service.
    ///
    /// @param headers of the requests that it gets
    static Contender service(String name, Map<String, String> headers, Path jar, List<String> flags,
            Path routes, Path folder) throws IOException {
        return service(name, headers, Map.of(), jar, flags, routes, folder);
    }

    /// Starts the service.
    ///
    /// @param headers of the requests that it gets
    /// @param environment further variables of its environment
    static Contender service(String name, Map<String, String> headers, Map<String, String> environment,
            Path jar, List<String> flags, Path routes, Path folder) throws IOException {
        return start(name, headers, environment, flags,
                List.of("-jar", jar.toString(), routes.toString(), "--port", "0", "--admin-port",
                        "0"),
                folder);
    }

    /// Starts the page of raw virtual threads. It logs nothing, whatever is on the class path: a logger that
    /// is not configured writes 50 KB for each page.
    static Contender raw(String name, List<String> flags, String downstream, Path folder) throws IOException {
        return start(name, Map.of(), Map.of(), flags, List.of("-Dslf4j.provider=" + NO_LOG, "-cp",
                System.getProperty("java.class.path"), RawPage.class.getName(), downstream), folder);
    }

    private static Contender start(String name, Map<String, String> headers,
            Map<String, String> environment, List<String> flags, List<String> arguments, Path folder)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(arguments);
        Path output = folder.resolve(name.replace(' ', '-') + ".out");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(output.toFile())
                .redirectError(folder.resolve(name.replace(' ', '-') + ".log").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        return new Contender(name, headers, process, output);
    }

    /// Returns the address of the page. Waits until the program listens.
    URI page() throws IOException {
        return URI.create(printed(PAGES) + "/page/42");
    }

    /// Returns the address of the admin listener, as `http://address:port`. Waits until the service listens.
    String admin() throws IOException {
        return printed(ADMIN);
    }

    private String printed(Pattern address) throws IOException {
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            try (InputStream in = Files.newInputStream(output)) {
                Matcher found = address.matcher(new String(in.readNBytes(4_096), UTF_8));
                if (found.find()) return found.group(1);
            }
            Checkpoints.sleep(LOOK);
        }
        throw new IllegalStateException(name + " does not listen; see " + output.toAbsolutePath());
    }

    /// Returns what asks for the page over a number of connections.
    PageLoad load(int connections) throws IOException {
        return new PageLoad(page(), headers, connections);
    }

    /// Returns the CPU time that the process has used.
    Duration cpu() {
        return process.info().totalCpuDuration()
                .orElseThrow(
                        () -> new IllegalStateException("This system does not provide CPU times"));
    }

    /// Returns the part of the CPU time that its JVM's compilers have used.
    Duration compilers() throws IOException {
        return compilers.total();
    }

    /// Returns a connection that reports the number of bytes that the program has allocated.
    Allocations allocations() throws IOException {
        return Allocations.of(process.pid());
    }

    /// Ends the program; at once if it takes too long.
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
