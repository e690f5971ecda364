package dev.structured.service;

import dev.structured.core.Action;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Scheduler;
import dev.structured.core.sync.Event;
import dev.structured.service.balance.Background;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.check.LoadedConfig;
import dev.structured.service.client.HttpProtocol;
import dev.structured.service.client.Protocol;
import dev.structured.service.client.Protocols;
import dev.structured.service.commands.CommandException;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.config.StoreConfig;
import dev.structured.service.demo.DemoDownstreams;
import dev.structured.service.demo.DemoLoad;
import dev.structured.service.guard.SharedCalls;
import dev.structured.service.ops.AccessLogWriter;
import dev.structured.service.ops.LiveStream;
import dev.structured.service.redis.RedisStore;
import dev.structured.service.server.ListenAddress;
import dev.structured.service.server.LogFormat;
import dev.structured.service.store.SharedStore;
import dev.structured.service.store.StoreObserver;
import dev.structured.service.traces.InvalidTracesException;
import dev.structured.service.traces.Traces;
import dev.structured.service.yaml.ConfigException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Runs the command that the command line asks for, and exits with its exit code.
public final class Main {

    private static final int ENDED_IN_ORDER = 0;
    private static final int BUG = 1;
    private static final int CANNOT_START = 2;

    private Main() {}

    /// Runs the program. Writes progress to stdout and errors to stderr.
    ///
    /// Exit codes: 0 for a normal end, 2 if the command cannot be run as asked, 1 for any other failure, also
    /// of a spec.
    public static void main(String[] args) {
        System.exit(run(List.of(args), System.getenv()));
    }

    @SuppressWarnings("SwallowedCancelled") // around the whole program
    private static int run(List<String> args, Map<String, String> environment) {
        try {
            Command command = CommandLine.parse(args, environment);
            LogProvider.choose(command instanceof Command.Serve serve ? serve.log() : LogFormat.TEXT);
            if (command instanceof Command.ConfigCommand asked) return ConfigCommands.run(asked);
            run(command, environment, System.out);
            return ENDED_IN_ORDER;
        } catch (StartException | ConfigException | CommandException e) {
            System.err.println(e.getMessage());
            return CANNOT_START;
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            return BUG;
        }
    }

    private static void run(Command command, Map<String, String> environment, PrintStream out)
            throws StartException, ConfigException {
        switch (command) {
            case Command.Help() -> out.print(CommandLine.help());
            case Command.Version() -> out.println("structured " + Version.TEXT);
            case Command.Demo demo -> inNursery(nursery -> serve(demo, nursery, out));
            case Command.ToolCommand tool -> ToolCommands.run(tool);
            case Command.ConfigCommand other ->
                throw new IllegalArgumentException("Does not serve: " + other);
            case Command.Serve serve -> {
                LoadedConfig loaded = serve.file() == null
                        ? ConfigReader.demo()
                        : ConfigReader.read(serve.file(), environment);
                inNursery(nursery -> serve(serve, loaded, environment, nursery, out));
            }
        }
    }

    /// Runs the body in the nursery that owns everything that lives as long as the program.
    private static void inNursery(Action<Nursery, ?> body) throws StartException {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("main", () -> Nursery.run("main", body));
        } catch (NurseryFailedException failure) {
            throw failure.rethrow(StartException.class);
        }
    }

    private static void serve(Command.Serve command, LoadedConfig loaded, Map<String, String> environment,
            Nursery nursery, PrintStream out) throws StartException, IOException {
        DemoDownstreams demos = demos(loaded.config(), nursery);
        UnaryOperator<URI> url = url(demos);
        try (SharedCalls calls = SharedCalls.open(nursery);
                Protocol protocol = Protocols.of(HttpProtocol.open(nursery));
                Background background = Background.open(nursery);
                AccessLogWriter log = AccessLogWriter.toStandardError(nursery, command.log());
                Traces traces = traces(environment);
                LiveStream stream = LiveStream.open(nursery);
                DemoLoad load = DemoLoad.open(nursery);
                Service service = new Service(command, loaded, environment, calls, background, protocol, log,
                        traces, url,
                        new Service.Outside(observer -> store(loaded.config(), nursery, observer), stream,
                                demos, load))) {
            Service.Ports ports = service.start();
            Event warm = WarmUp.start(nursery, command.log());
            ExitSignals.onFirst(() -> {
                out.println("Ending: no new requests; those in flight may finish.");
                service.end();
            });
            nursery.startSoon("lag", service::watchLag);
            if (command.file() != null) Reloading.start(nursery, service.configuration());
            service.followCertificate(nursery);
            service.showRuntime(); // slow, too
            warm.await();
            service.ready();
            Greeting.of(command, loaded.config(), url, ports).forEach(out::println);
            service.awaitEnd();
        }
        nursery.scope().cancel("the service has ended");
    }

    private static @Nullable Traces traces(Map<String, String> environment) throws StartException {
        try {
            return Traces.open(environment, Version.TEXT);
        } catch (InvalidTracesException e) {
            throw new StartException(String.valueOf(e.getMessage()));
        }
    }

    private static void serve(Command.Demo command, Nursery nursery, PrintStream out) throws StartException {
        for (int i = 0; i < command.names().size(); i++) {
            String name = command.names().get(i);
            int port = command.listen().port() == 0 ? 0 : command.listen().port() + i;
            var listen = new ListenAddress(command.listen().host(), port);
            DemoDownstreams demo = PortOpener.of(listen, Setting.HOST, Setting.PORT,
                    () -> DemoDownstreams.start(nursery, name, listen.host(), listen.port()));
            out.println("Demo downstream " + name + ": " + demo.url(name));
        }
        ExitSignals.onFirst(() -> nursery.scope().cancel("a signal ended it"));
        out.println(Greeting.LAST_LINE);
    }

    /// Opens the store that replicas share; its classes are loaded only here. Returns null for none.
    private static @Nullable SharedStore store(ServiceConfig config, Nursery nursery,
            StoreObserver observer) {
        StoreConfig store = config.store();
        return store == null ? null : RedisStore.open(store, nursery, observer);
    }

    /// Starts the embedded downstreams if the configuration names one; returns null if it does not.
    private static @Nullable DemoDownstreams demos(ServiceConfig config, Nursery nursery) throws IOException {
        if (config.downstreams().values().stream().noneMatch(DownstreamConfig::isDemo)) return null;
        return DemoDownstreams.start(nursery);
    }

    /// Returns the function that resolves the URLs of embedded downstreams.
    private static UnaryOperator<URI> url(@Nullable DemoDownstreams demos) {
        if (demos == null) return url -> url;
        return url -> url.getScheme().equals("demo") ? demos.url(url.getSchemeSpecificPart()) : url;
    }
}
