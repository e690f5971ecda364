package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The first use of the library in a JVM.
class RehearsalTest {

    /// A virtual thread that waits in a static initialiser holds its carrier, here the only one. The
    /// initialiser of the shared scheduler is such a place, and so is one of a program.
    @Test
    void first_scheduler_may_be_opened_in_a_static_initialiser_on_the_only_carrier() throws Exception {
        assertSucceeds(Program.class);
    }

    @Test
    void first_scheduler_may_be_opened_by_a_thread_that_is_interrupted() throws Exception {
        assertSucceeds(Interrupted.class);
    }

    private static void assertSucceeds(Class<?> program) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(List.of(java, "-Djdk.virtualThreadScheduler.parallelism=1",
                "-Djdk.virtualThreadScheduler.maxPoolSize=1", "-XX:TieredStopAtLevel=1", "-cp",
                place(Scheduler.class) + File.pathSeparator + place(program), program.getName()))
                .redirectErrorStream(true).redirectOutput(Redirect.INHERIT).start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the program hangs");
            assertEquals(0, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path place(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /// Uses the shared scheduler for the first time on a virtual thread.
    static final class Program {
        private Program() {}

        public static void main(String... arguments) throws Exception {
            int[] sum = {0};
            Thread thread = Thread.ofVirtual().start(() -> Scheduler.shared().run("main", () -> {
                sum[0] = Nursery.call(nursery -> nursery.startSoon("task", () -> 1).await());
            }));
            thread.join();
            System.exit(sum[0] == 1 ? 0 : 1);
        }
    }

    /// Uses the shared scheduler for the first time with its interrupt flag set.
    static final class Interrupted {
        private Interrupted() {}

        public static void main(String... arguments) {
            Thread.currentThread().interrupt();
            Scheduler scheduler = Scheduler.shared();
            boolean kept = Thread.interrupted();
            System.exit(kept && scheduler.call("main", () -> 1) == 1 ? 0 : 1);
        }
    }
}
