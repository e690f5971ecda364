package dev.structured.testing;

import dev.structured.core.Scheduler;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A JUnit test whose method is a run: it may open nurseries, sleep and be cancelled, in virtual time.
///
/// ```java
/// @StructuredTest
/// void sleeper_wakes_in_time(VirtualClock clock) {
///     Checkpoints.sleep(Duration.ofHours(8));
///     assertEquals(Duration.ofHours(8), clock.now());
/// }
/// ```
///
/// Each test has a [Scheduler] of its own on a [VirtualClock] of its own. The method, and `@BeforeEach` and
/// `@AfterEach` methods, may have them as parameters. The run is named after the method, and is on a virtual
/// thread of its own. An exception of the method fails the test.
///
/// A test fails if it leaves a run of that scheduler behind, or does not end within [#limitMillis()]. The
/// failure names the tasks that are left, with their stacks; these tasks are interrupted.
///
/// Needs JUnit 6 at run time; the rest of this library does not.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Test
@ExtendWith(StructuredTestExtension.class)
@SuppressWarnings("exports") // useless without JUnit
public @interface StructuredTest {
    /// Returns true if the test runs on the real machine, where time passes by itself.
    boolean realTime() default false;

    /// Returns true if a deadlock is to fail the test at once, by a [dev.structured.core.DeadlockException]
    /// with the task tree, instead of at its limit. Not for tests in which other threads wake tasks or cancel
    /// scopes: see [Scheduler.Builder#detectDeadlocks].
    boolean detectDeadlocks() default false;

    /// Returns the longest time that the test may take, in milliseconds of real time.
    long limitMillis() default 10_000;
}
