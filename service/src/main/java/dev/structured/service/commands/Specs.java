package dev.structured.service.commands;

import dev.structured.service.config.ServiceConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/// Runs specs and says what each came to.
public final class Specs {
    private Specs() {}

    /// Runs a spec file, or all of a folder.
    ///
    /// @param out gets a line a spec, and what is wrong with those that fail
    /// @return whether all of them passed
    /// @throws CommandException if one of them cannot be read; then none is run
    public static boolean run(ServiceConfig config, Path specs, PrintStream out) throws CommandException {
        int failed = 0;
        int passed = 0;
        for (SpecFiles.Found found : SpecFiles.read(config, specs)) {
            SpecRun.Result result = SpecRun.of(config, found.spec());
            if (result.wrong().isEmpty()) {
                passed++;
                out.println("ok   " + found.spec().name() + " (" + took(result.took()) + " of virtual time)");
            } else {
                failed++;
                out.println("FAIL " + found.spec().name() + " (" + found.file() + ")");
                for (String line : result.wrong()) out.println("     " + line.replace("\n", "\n     "));
            }
        }
        out.println(
                Words.counted(passed + failed, "spec") + ": " + passed + " passed, " + failed + " failed");
        return failed == 0;
    }

    private static String took(Duration time) {
        return time.toSeconds() < 10 ? Words.time(time) : Words.number(time.toMillis() / 1e3) + " s";
    }
}
