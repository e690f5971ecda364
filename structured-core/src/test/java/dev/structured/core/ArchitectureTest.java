package dev.structured.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String KERNEL = "dev.structured.core";
    private static final String KIT = "dev.structured.testing";

    /// Which packages a room may use besides itself, the JDK and JSpecify. A new room says so here.
    private static final Map<String, Set<String>> ROOMS = Map.of( //
            KERNEL, Set.of(), //
            KERNEL + ".channel", Set.of(KERNEL), //
            KERNEL + ".sync", Set.of(KERNEL), //
            KIT, Set.of(KERNEL), //
            KERNEL + ".combine", Set.of(KERNEL, KERNEL + ".channel", KERNEL + ".sync"), //
            KERNEL + ".interop", Set.of(KERNEL, KERNEL + ".channel", KERNEL + ".sync"));

    /// The library's classes, and those of the test kit, which are compiled with these tests.
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(location -> Predefined.DO_NOT_INCLUDE_TESTS.includes(location)
                    || location.contains(KIT.replace('.', '/')))
            .importPackages(KERNEL, KIT);

    @Test
    void rooms_use_only_the_kernel_and_not_each_other() {
        classes().should(useOnlyTheRoomsTheyMay()).check(MAIN);
    }

    @Test
    void packages_are_free_of_cycles() {
        slices().matching("dev.structured.(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void main_code_knows_only_the_JDK_and_JSpecify() {
        classes().that()
                .resideOutsideOfPackage(KIT)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "jdk.jfr..", "org.jspecify..", KERNEL + "..")
                .check(MAIN);
    }

    /// Who writes `@StructuredTest` has JUnit; nobody else needs it.
    @Test
    void only_structured_tests_know_JUnit_too() {
        classes().that()
                .resideInAPackage(KIT)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", KERNEL, KIT, "org.junit..")
                .check(MAIN);
        noClasses().that()
                .haveSimpleNameNotStartingWith("StructuredTest")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.junit..")
                .check(MAIN);
    }

    @Test
    void only_a_platform_starts_threads() {
        noClasses().that(areNoPlatform())
                .should()
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
                .areAssignableTo(Executor.class)
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Executors.class, Timer.class)
                .because("a simulation decides which task runs when")
                .check(MAIN);
    }

    @Test
    void only_a_platform_parks_wakes_or_sleeps() {
        noClasses().that(areNoPlatform())
                .should()
                .accessTargetWhere(members(LockSupport.class, "park", "parkNanos", "parkUntil", "unpark"))
                .orShould()
                .accessTargetWhere(members(Thread.class, "sleep", "join", "yield"))
                .orShould()
                .accessTargetWhere(members(TimeUnit.class, "sleep"))
                .orShould()
                .accessTargetWhere(members(Object.class, "wait"))
                .orShould()
                .accessTargetWhere(members(Condition.class, "await", "awaitNanos", "awaitUninterruptibly"))
                .orShould()
                .accessTargetWhere(members(CountDownLatch.class, "await"))
                .because("there is one wait, and a simulation sees it")
                .check(MAIN);
    }

    @Test
    void only_a_platform_and_what_is_brief_spin() {
        noClasses().that(areNoPlatform())
                .and()
                .haveNameNotMatching("dev\\.structured\\.core\\.channel\\.Brief(Lock|Spin)")
                .should()
                .accessTargetWhere(members(Thread.class, "onSpinWait"))
                .because("a thread that spins keeps its carrier from others")
                .check(MAIN);
    }

    @Test
    void only_a_platform_reads_the_time() {
        noClasses().that(areNoPlatform())
                .should()
                .accessTargetWhere(members(System.class, "nanoTime", "currentTimeMillis"))
                .orShould()
                .accessTargetWhere(members(Instant.class, "now"))
                .orShould()
                .accessTargetWhere(members(LocalDateTime.class, "now"))
                .orShould()
                .accessTargetWhere(members(ZonedDateTime.class, "now"))
                .orShould()
                .accessTargetWhere(members(Clock.class, "systemUTC", "systemDefaultZone", "system"))
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Date.class)
                .because("a virtual clock can stand in for it")
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
        return (used.startsWith(KERNEL) || used.startsWith(KIT)) && !used.equals(room)
                && !others.contains(used);
    }

    /// Platforms, and what is nested in them, are the ones that touch the machine.
    private static DescribedPredicate<JavaClass> areNoPlatform() {
        return DescribedPredicate.describe("are no Platform", type -> !isPlatform(type));
    }

    private static boolean isPlatform(JavaClass type) {
        return type.isAssignableTo(Platform.class)
                || type.getEnclosingClass().map(ArchitectureTest::isPlatform).orElse(false);
    }

    /// Calls of, and references to, the named methods, also of a subtype; `<init>` stands for the
    /// constructors.
    private static DescribedPredicate<JavaAccess<?>> members(Class<?> owner, String... names) {
        for (String name : names) {
            assertTrue(name.equals("<init>") || methods(owner, name).findAny().isPresent(),
                    () -> owner + " has no " + name + ": this rule would watch nothing");
        }
        return DescribedPredicate.describe(owner.getSimpleName() + "." + String.join("|", names),
                access -> access.getTarget() instanceof CodeUnitAccessTarget target
                        && Set.of(names).contains(target.getName())
                        && (owner == Object.class || target.getOwner().isAssignableTo(owner))
                        && (target.getName().equals("<init>")
                                || isOneOf(methods(owner, target.getName()), target)));
    }

    private static Stream<Method> methods(Class<?> owner, String name) {
        return Arrays.stream(owner.getMethods()).filter(method -> method.getName().equals(name));
    }

    private static boolean isOneOf(Stream<Method> methods, CodeUnitAccessTarget target) {
        List<String> parameters = target.getRawParameterTypes().stream().map(JavaClass::getName).toList();
        return methods.map(method -> Arrays.stream(method.getParameterTypes()).map(Class::getName).toList())
                .anyMatch(parameters::equals);
    }
}
