package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The floors of the kernel as ARCHITECTURE draws them: a heart whose classes know each other, leaves that
/// know nothing of it, and doors of which it knows nothing. A new class has to be placed here.
class FloorsTest {
    private static final Set<String> HEART = Set.of(
            "CancelLookup", "CancelScope", "CancelTree", "ChildThread", "Children", "Classification",
            "Instrument", "Instruments", "InterruptGate", "LateStart", "OwnScope", "ParkingLot",
            "PendingStart", "Run", "RunningTask", "Scheduler", "ScopeAlarm", "Task", "TaskGroup",
            "TaskLookup",
            "TreeScope", "TreeTask", "Unwinding", "Wait");

    private static final Set<String> DOORS = Set.of(
            "Checkpoints", "Cleanup", "Deadlocks", "Nursery", "Rehearsal", "RunEntry", "Scheduler.Builder",
            "SystemTasks", "TaskLocal", "TaskShapes", "TaskTree", "TaskTreeJson", "TaskTreeText", "Timeouts");

    private static final Set<String> LEAVES = Set.of(
            "Action", "Bodies", "Body", "BrokenException", "CancelReason", "Cancelled", "Chain",
            "ChildSource", "CleanupErrors", "Closing", "Completion", "CompletionHooks",
            "Deadline", "Deadlines",
            "DeadlockException", "Disturbances", "EntryQueue", "Failed", "FailedInTask", "Fn",
            "GroupFailures",
            "InterruptThrowables", "Locals", "Merger", "MovingBase", "Nanos", "Notes",
            "NurseryFailedException",
            "Platform", "Propagation", "Propagator", "RacePoint", "RecorderEvents", "Redelivery", "Rethrow",
            "RunCrashedException", "RunFinishedException", "SchedulerClosedException",
            "ScopeCancelledException", "ScopeResult", "ScopeTimes", "StackRoom", "StuckTime", "Suppressed",
            "SystemPlatform", "TaskNotes", "TaskStatus", "ThreadNames", "TooSlowException", "ValueBody",
            "WaitQueue", "Words");

    private static final Path ARCHITECTURE = Path.of("../ARCHITECTURE.md");
    private static final Path SOURCES = Path.of("src/main/java/dev/structured/core");

    private static Stream<JavaClass> kernel() {
        return new ClassFileImporter().importPackages("dev.structured.core")
                .stream()
                .filter(type -> type.getPackageName().equals("dev.structured.core"))
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .filter(type -> Files.exists(SOURCES.resolve(outermost(type) + ".java")));
    }

    private static String outermost(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        return name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
    }

    /// A builder is a door of its own: it wires what the class that it builds does not know.
    private static String place(JavaClass type) {
        return type.getName().contains("Scheduler$Builder") ? "Scheduler.Builder" : outermost(type);
    }

    @Test
    void every_class_of_the_kernel_has_a_place() {
        Set<String> placed = new TreeSet<>(HEART);
        placed.addAll(DOORS);
        placed.addAll(LEAVES);
        assertEquals(placed, kernel().map(FloorsTest::place).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void leaves_know_no_class_of_the_heart_and_no_door() {
        assertEquals(Set.of(),
                arrows(LEAVES, Stream.concat(HEART.stream(), DOORS.stream()).collect(Collectors.toSet())));
    }

    @Test
    void the_heart_knows_no_door_but_the_builder_of_its_scheduler() {
        assertEquals(Set.of("Scheduler -> Scheduler.Builder"), arrows(HEART, DOORS));
    }

    private static Set<String> arrows(Set<String> from, Set<String> to) {
        Set<String> found = new TreeSet<>();
        kernel().filter(type -> from.contains(place(type)))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .forEach(use -> {
                    JavaClass target = use.getTargetClass().getBaseComponentType();
                    boolean isKernel = target.getPackageName().equals("dev.structured.core");
                    String source = place(use.getOriginClass());
                    if (isKernel && to.contains(place(target))) found.add(source + " -> " + place(target));
                });
        return found;
    }

    @Test
    void every_numbered_invariant_is_cited_where_it_is_kept() throws IOException {
        String architecture = Files.readString(ARCHITECTURE);
        String section = architecture.substring(architecture.indexOf("### Invariants"),
                architecture.indexOf("### Locks"));
        Set<String> numbered = numbers(Pattern.compile("(?m)^(\\d+)\\. "), section);
        assertTrue(numbered.size() >= 10, "found only " + numbered);
        StringBuilder code = new StringBuilder();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) code.append(Files.readString(file));
        }
        assertEquals(numbered, numbers(Pattern.compile("Invariant (\\d+):"), code.toString()));
    }

    private static Set<String> numbers(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find())
            found.add(matcher.group(1));
        return found;
    }
}
