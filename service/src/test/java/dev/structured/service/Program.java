package dev.structured.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The program as users run it: a process of its own, with what it prints in files.
final class Program implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final Path out;
    private final Path err;

    private Program(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static Program start(Path directory, Map<String, String> environment, String... args) throws IOException {
        return start(directory, List.of(), environment, args);
    }

    private static Program start(Path directory, List<String> before, Map<String, String> environment,
            String... args) throws IOException {
        var command = new ArrayList<>(before);
        command.addAll(List.of(ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp", System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        var builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        for (Setting setting : Setting.values()) builder.environment().remove(setting.name());
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
        builder.environment().putAll(environment);
        return new Program(builder.start(), out, err);
    }

    /// Starts the service on free ports, and returns when it listens.
    static Program serving(Path directory, String... args) throws IOException {
        return serving(directory, Map.of(), args);
    }

    /// Writes the demo's configuration with so much time for each page, call and connection that none is
    /// late, however slow the machine is, and returns its file.
    static String patient(Path directory) throws IOException {
        String text = Files.readString(Path.of("src/main/resources/demo.yaml"))
                .replaceAll("(deadline|budget): \\d+ms", "$1: 1min").replaceAll(" +connectTimeout:.*\n", "")
                .replaceAll("( +)url: demo:.*", "$0\n$1connectTimeout: 1min");
        return Files.writeString(directory.resolve("patient.yaml"), text).toString();
    }

    /// As [#serving(Path, String...)], with further variables of the environment.
    static Program serving(Path directory, Map<String, String> environment, String... args)
            throws IOException {
        Map<String, String> all = new HashMap<>(Map.of("PORT", "0", "ADMIN_PORT", "0"));
        all.putAll(environment);
        Program program = start(directory, all, args);
        await("the greeting; stderr: " + program.err(),
                () -> !program.alive() || program.out().contains("Ctrl+C"));
        return program;
    }

    /// As [#serving(Path, String...)], in a process that may open so many files and sockets.
    static Program servingWithin(int descriptors, Path directory, String... args) throws IOException {
        List<String> limited = List.of("bash", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "limited");
        Program program = start(directory, limited, Map.of("PORT", "0", "ADMIN_PORT", "0"), args);
        await("the greeting; stderr: " + program.err(),
                () -> !program.alive() || program.out().contains("Ctrl+C"));
        return program;
    }

    /// Returns the address of the public listener.
    String pages() {
        return printed("Pages: +(\\S+)");
    }

    /// Returns the address of the admin listener.
    String admin() {
        return printed("Admin: +(\\S+)");
    }

    /// Returns the first group of a pattern that must be in what was printed to stdout.
    String printed(String pattern) {
        return Pattern.compile(pattern)
                .matcher(out())
                .results()
                .map(MatchResult::group)
                .findFirst()
                .map(found -> found.replaceAll(pattern, "$1"))
                .orElseThrow(
                        () -> new AssertionError("No " + pattern + " in:\n" + out() + "\nstderr:\n" + err()));
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    boolean alive() {
        return process.isAlive();
    }

    /// Sends SIGTERM.
    void terminate() {
        process.destroy();
    }

    /// Sends SIGHUP.
    void hangUp() throws IOException, InterruptedException {
        signal("HUP");
    }

    /// Stops the process as a laptop that is closed does, until [#goOn].
    void standStill() throws IOException, InterruptedException {
        signal("STOP");
    }

    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        run("kill", "-" + name, Long.toString(process.pid()));
    }

    /// Has its JVM collect garbage, and returns when it has.
    void collectGarbage() throws IOException, InterruptedException {
        run(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()), "GC.run");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process running = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (running.waitFor() != 0) throw new IOException(String.join(" ", command) + " failed");
    }

    /// Waits until it has ended, and returns its exit code.
    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
            throw new AssertionError("It did not end:\n" + err());
        return process.exitValue();
    }

    /// Waits until a condition holds.
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("In vain awaited: " + what);
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError("Interrupted while awaiting: " + what, e);
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
