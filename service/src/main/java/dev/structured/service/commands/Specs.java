package dev.structured.service.commands;

import dev.structured.service.config.ServiceConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/// Runs specs and prints their results.
public final class Specs {
    private Specs() {}

    /// Runs the specs of a file, or of all files of a folder.
    ///
    /// @param replies reads the scripted answers
    /// @param urls refuses the paths that the service would refuse
    /// @param out receives one line for each spec, and the differences of those that fail
    /// @return true if all specs passed
    /// @throws CommandException if a spec cannot be read; then none is run
    public static boolean run(ServiceConfig config, Path specs, ReplyReader replies, UrlCheck urls,
            PrintStream out) throws CommandException {
        int failed = 0;
        int passed = 0;
        for (SpecFiles.Found found : SpecFiles.read(config, specs)) {
            SpecRun.Result result = SpecRun.of(config, found.spec(), replies, urls);
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
