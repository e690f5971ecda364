package dev.structured.service;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.javalin.Javalin;
import java.net.DatagramSocket;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLConnection;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String SERVICE = "dev.structured.service";
    private static final String YAML = SERVICE + ".yaml";
    private static final String TLS = SERVICE + ".tls";
    private static final String DESCRIPTORS = SERVICE + ".descriptors";
    private static final String CONFIG = SERVICE + ".config";
    private static final String CHECK = SERVICE + ".check";
    private static final String AGGREGATE = SERVICE + ".aggregate";
    private static final String GUARD = SERVICE + ".guard";
    private static final String CLIENT = SERVICE + ".client";
    private static final String BALANCE = SERVICE + ".balance";
    private static final String ADMISSION = SERVICE + ".admission";
    private static final String EDGE = SERVICE + ".edge";
    private static final String SERVER = SERVICE + ".server";
    private static final String OPS = SERVICE + ".ops";
    private static final String DEMO = SERVICE + ".demo";
    private static final String RECORD = SERVICE + ".record";
    private static final String VIEW = SERVICE + ".view";
    private static final String TERMINAL = SERVICE + ".terminal";
    private static final String STORE = SERVICE + ".store";
    private static final String REDIS = SERVICE + ".redis";
    private static final String COMMANDS = SERVICE + ".commands";
    private static final String TRACES = SERVICE + ".traces";

    /// The arrows: which rooms a room may use besides itself. A new room says so here.
    private static final Map<String, Set<String>> ROOMS = Map.ofEntries( //
            Map.entry(YAML, Set.of()), //
            Map.entry(TLS, Set.of()), //
            Map.entry(DESCRIPTORS, Set.of()), //
            Map.entry(CONFIG, Set.of(YAML, TLS)), //
            Map.entry(CHECK, Set.of(YAML, CONFIG, TLS)), //
            Map.entry(DEMO, Set.of(CONFIG)), //
            Map.entry(RECORD, Set.of()), //
            Map.entry(VIEW, Set.of(RECORD)), //
            Map.entry(TERMINAL, Set.of()), //
            Map.entry(STORE, Set.of()), //
            Map.entry(REDIS, Set.of(CONFIG, STORE)), //
            Map.entry(AGGREGATE, Set.of(CONFIG, RECORD)), //
            Map.entry(ADMISSION, Set.of(CONFIG)), //
            Map.entry(GUARD, Set.of(CONFIG, AGGREGATE, RECORD, ADMISSION, STORE)), //
            Map.entry(CLIENT, Set.of(CONFIG, TLS, DESCRIPTORS, AGGREGATE, RECORD)), //
            Map.entry(BALANCE, Set.of(CONFIG, AGGREGATE, CLIENT)), //
            Map.entry(EDGE, Set.of(CONFIG, AGGREGATE, RECORD, ADMISSION, STORE)), //
            Map.entry(SERVER, Set.of(CONFIG, TLS, DESCRIPTORS, AGGREGATE, EDGE, RECORD)), //
            Map.entry(OPS,
                    Set.of(CONFIG, DESCRIPTORS, AGGREGATE, GUARD, CLIENT, BALANCE, EDGE, SERVER, RECORD,
                            VIEW, ADMISSION, STORE)), //
            Map.entry(TRACES, Set.of(EDGE, SERVER, RECORD, VIEW)), //
            Map.entry(COMMANDS, Set.of(YAML, CONFIG, CHECK, AGGREGATE, GUARD, EDGE, STORE)), //
            Map.entry(SERVICE,
                    Set.of(YAML, TLS, CONFIG, CHECK, DEMO, AGGREGATE, GUARD, CLIENT, BALANCE, EDGE, SERVER,
                            OPS,
                            RECORD, VIEW, COMMANDS, ADMISSION, TERMINAL, TRACES, STORE, REDIS)));

    // Packages by their classes: if a library moves, this file no longer compiles.
    private static final String JAVALIN = Javalin.class.getPackageName() + "..";
    private static final String JETTY_SERVER = Server.class.getPackageName() + "..";
    private static final String JDK_CLIENT = java.net.http.HttpClient.class.getPackageName() + "..";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(SERVICE);

    @Test
    void rooms_follow_the_arrows() {
        classes().should(useOnlyTheRoomsTheyMay()).check(MAIN);
    }

    @Test
    void packages_are_free_of_cycles() {
        slices().matching("dev.structured.(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void only_server_and_ops_know_Javalin() {
        noClasses().that()
                .resideOutsideOfPackages(SERVER, OPS)
                .should()
                .dependOnClassesThat(resideInAnyPackage(JAVALIN, JETTY_SERVER, "jakarta.servlet..",
                        "org.eclipse.jetty.ee10.."))
                .check(MAIN);
    }

    @Test
    void only_client_opens_connections() {
        noClasses().that()
                .resideOutsideOfPackage(CLIENT)
                .should()
                .dependOnClassesThat(resideInAnyPackage(JDK_CLIENT))
                .orShould()
                .accessTargetWhere(members(SocketChannel.class, "open", "connect"))
                .check(MAIN);
        // The server's connections come from Jetty, as channels that are open.
        noClasses().that()
                .resideOutsideOfPackages(CLIENT, SERVER)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(SocketChannel.class)
                .check(MAIN);
    }

    /// The commands that look at a running service ask its admin listener, and nobody else asks so.
    @Test
    void only_terminal_asks_by_URL() {
        noClasses().that()
                .resideOutsideOfPackage(TERMINAL)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(URLConnection.class, HttpURLConnection.class)
                .check(MAIN);
    }

    /// Only these rooms touch sockets, so that a room without an arrow to one of them opens none: not
    /// `commands`, `edge`, `guard` or `aggregate`.
    @Test
    void sockets_are_in_three_rooms() {
        noClasses().that()
                .resideOutsideOfPackages(CLIENT, SERVER, DEMO)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Socket.class, ServerSocket.class, SocketChannel.class,
                        ServerSocketChannel.class, DatagramSocket.class, DatagramChannel.class,
                        AsynchronousSocketChannel.class)
                .check(MAIN);
    }

    /// Its classes are loaded only where a file has a store.
    @Test
    void only_redis_knows_Lettuce() {
        noClasses().that()
                .resideOutsideOfPackage(REDIS)
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.lettuce..", "io.netty..", "reactor.."))
                .check(MAIN);
    }

    @Test
    void edge_knows_no_server() {
        noClasses().that()
                .resideInAPackage(EDGE)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet.."))
                .check(MAIN);
    }

    @Test
    void only_the_edge_verifies_tokens() {
        noClasses().that()
                .resideOutsideOfPackage(EDGE)
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.nimbusds.."))
                .check(MAIN);
    }

    @Test
    void only_traces_knows_OpenTelemetry() {
        noClasses().that()
                .resideOutsideOfPackage(TRACES)
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.opentelemetry.."))
                .check(MAIN);
    }

    @Test
    void aggregate_knows_neither() {
        classes().that()
                .resideInAPackage(AGGREGATE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", "org.slf4j..", "com.fasterxml.jackson..",
                        "dev.structured..")
                .check(MAIN);
    }

    /// The clock of the machine may jump: it dates what people and other programs read, and decides nothing.
    /// The others use `System.nanoTime`.
    @Test
    void only_dates_come_from_the_clock_of_the_machine() {
        noClasses().that()
                .doNotHaveSimpleName("AccessLogWriter") // the date of a line
                .and()
                .doNotHaveSimpleName("ResponseStream") // the header Date
                .and()
                .doNotHaveSimpleName("Configuration") // since when it is served
                .and()
                .doNotHaveSimpleName("Recorder") // when a request came
                .and()
                .doNotHaveSimpleName("LiveTick") // when a tick was
                .and()
                .doNotHaveSimpleName("Making") // when a span of RequestSpans began
                .and()
                .doNotHaveSimpleName("RetryAfter") // a pause that ends at a date
                .and()
                .doNotHaveSimpleName("RedisStore") // the age of an answer that another process has kept
                .and()
                .doNotHaveSimpleName("TlsFiles") // whether a certificate has expired
                .should()
                .accessTargetWhere(members(System.class, "currentTimeMillis"))
                .orShould()
                .accessTargetWhere(members(Instant.class, "now"))
                .orShould()
                .accessTargetWhere(members(Clock.class, "system", "systemUTC", "systemDefaultZone"))
                .because("time is counted by the monotonic clock")
                .check(MAIN);
    }

    @Test
    void only_structured_core_starts_threads() {
        noClasses().should()
                .accessTargetWhere(members(Thread.class, "<init>", "start", "startVirtualThread"))
                .orShould()
                .accessTargetWhere(members(Thread.Builder.class, "start", "factory"))
                .orShould()
                .accessTargetWhere(
                        members(CompletableFuture.class, "runAsync", "supplyAsync", "delayedExecutor"))
                .orShould()
                .accessTargetWhere(members(Collection.class, "parallelStream"))
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Executors.class, ThreadPoolExecutor.class, ForkJoinPool.class, Timer.class)
                .because("every thread belongs to a nursery")
                .check(MAIN);
    }

    @Test
    void main_code_knows_no_test_library() {
        noClasses().should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.junit..", "io.restassured..", "org.hamcrest..", "com.tngtech..",
                        "com.networknt..")
                .check(MAIN);
    }

    private static ArchCondition<JavaClass> useOnlyTheRoomsTheyMay() {
        return new ArchCondition<>("use only the rooms that theirs may use") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String room = type.getPackageName();
                Set<String> others = ROOMS.get(room);
                if (others == null) {
                    events.add(SimpleConditionEvent.violated(type,
                            type.getName() + " is in a room that ROOMS does not list"));
                    return;
                }
                type.getDirectDependenciesFromSelf()
                        .stream()
                        .filter(use -> mayNotUse(room, others, use.getTargetClass().getPackageName()))
                        .forEach(use -> events.add(SimpleConditionEvent.violated(use, use.getDescription())));
            }
        };
    }

    private static boolean mayNotUse(String room, Set<String> others, String used) {
        return used.startsWith(SERVICE) && !used.equals(room) && !others.contains(used);
    }

    /// Calls of, and references to, the named methods, also of a subtype; `<init>` stands for the
    /// constructors.
    private static DescribedPredicate<JavaAccess<?>> members(Class<?> owner, String... names) {
        return DescribedPredicate.describe(owner.getSimpleName() + "." + String.join("|", names),
                access -> Set.of(names).contains(access.getTarget().getName())
                        && access.getTargetOwner().isAssignableTo(owner));
    }
}
