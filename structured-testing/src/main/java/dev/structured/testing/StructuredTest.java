package dev.structured.testing;

import dev.structured.core.Scheduler;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A JUnit test whose method is a run: it may open nurseries, sleep and be cancelled, in a time that jumps.
///
/// ```java
/// @StructuredTest
/// void sleeper_wakes_in_time(VirtualClock clock) {
///     Checkpoints.sleep(Duration.ofHours(8));
///     assertEquals(Duration.ofHours(8), clock.now());
/// }
/// ```
///
/// Each test has a [Scheduler] of its own on a [VirtualClock] of its own; the method, and `@BeforeEach` and
/// `@AfterEach` methods, get them as parameters where they ask for them. The run is named after the method,
/// and is on a virtual thread of its own. An exception of the method fails the test.
///
/// A test that leaves a run of that scheduler behind fails, and so does one that does not end within
/// [#limitMillis()]. Both name the tasks that are left, with what their threads are at, and interrupt them.
///
/// Needs JUnit 6 at run time, as any test does; nothing else of this library does.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Test
@ExtendWith(StructuredTestExtension.class)
@SuppressWarnings("exports") // of no use without JUnit
public @interface StructuredTest {
    /// Returns true if the test is on the real machine, where time passes by itself.
    boolean realTime() default false;

    /// Returns true if a test whose tasks all wait for each other is to fail at once, by a
    /// [dev.structured.core.DeadlockException] with the task tree, instead of at its limit. Not for tests in
    /// which other threads wake tasks or cancel scopes: see [Scheduler.Builder#detectDeadlocks].
    boolean detectDeadlocks() default false;

    /// Returns the longest time that the test may take, in milliseconds of real time.
    long limitMillis() default 10_000;
}
