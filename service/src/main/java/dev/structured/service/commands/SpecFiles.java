package dev.structured.service.commands;

import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.RecordFile;
import dev.structured.service.yaml.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Reads specs from one file, or from all files of a folder. All mistakes are reported before the first spec
/// runs.
final class SpecFiles {
    private static final Set<String> ENDINGS = Set.of("yaml", "yml", "json");

    private final ServiceConfig config;
    private final List<Found> found = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private SpecFiles(ServiceConfig config) {
        this.config = config;
    }

    /// A spec and its file.
    record Found(Path file, Spec spec) {}

    /// Returns the specs, in the order of the names of their files.
    ///
    /// @throws CommandException if a spec cannot be read or is invalid, or there is none
    static List<Found> read(ServiceConfig config, Path specs) throws CommandException {
        SpecFiles files = new SpecFiles(config);
        for (Path file : files(specs)) files.readFile(file);
        if (!files.problems.isEmpty()) throw new CommandException(String.join("\n", files.problems));
        return files.found;
    }

    private static List<Path> files(Path specs) throws CommandException {
        if (!Files.isDirectory(specs)) return List.of(specs);
        try (Stream<Path> all = Files.walk(specs)) {
            List<Path> files = all.filter(file -> ENDINGS.contains(ending(file))).sorted().toList();
            if (!files.isEmpty()) return files;
            throw new CommandException(
                    specs + ": no spec in this folder; a spec is a file that ends in .yaml, "
                            + ".yml or .json");
        } catch (IOException e) {
            throw new CommandException(specs + ": cannot be read: " + e.getMessage());
        }
    }

    private static String ending(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private void readFile(Path file) {
        try {
            RecordFile<Spec> read = RecordFile.read(file, "spec", Spec.class);
            read.records().forEach(spec -> check(spec, read));
            read.check();
            read.records().forEach(spec -> found.add(new Found(file, spec)));
        } catch (ConfigException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    private void check(Spec spec, RecordFile<Spec> file) {
        answers(spec, spec.downstreams(), file);
        if (spec.steps().isEmpty()) {
            if (spec.request() == null) {
                file.report(spec, "request",
                        "has no 'request'; add one with a 'path', or several as 'steps'");
            } else if (spec.expect() == null) {
                file.report(spec, "expect", "has no 'expect'; add e.g. 'expect: {status: 200}'");
            }
        } else if (spec.request() != null || spec.expect() != null) {
            file.report(spec, "steps", "stands beside a request of its own; make that one a step too");
        }
        if (spec.request() != null) request(spec.request(), file);
        if (spec.expect() != null) expect(spec.expect(), file);
        for (SpecStep step : spec.steps()) {
            answers(step, step.downstreams(), file);
            if (step.request() == null)
                file.report(step, "request", "has no 'request'; add one with a 'path'");
            else
                request(step.request(), file);
            if (step.expect() == null) {
                file.report(step, "expect", "has no 'expect'; add e.g. 'expect: {status: 200}'");
            } else {
                expect(step.expect(), file);
            }
        }
    }

    private void answers(Record record, Map<String, List<SpecAnswer>> answers, RecordFile<Spec> file) {
        known(record, "downstreams", answers.keySet(), file);
        for (List<SpecAnswer> each : answers.values()) {
            for (SpecAnswer answer : each) {
                int said = (answer.reply() == null ? 0 : 1) + (answer.error() == null ? 0 : 1)
                        + (answer.hang() ? 1 : 0);
                if (said != 1) {
                    file.report(answer, "reply",
                            "must have one of 'reply', 'error' and 'hang: true'; it has "
                                    + (said == 0 ? "none" : "several"));
                }
            }
        }
    }

    private void request(SpecRequest request, RecordFile<Spec> file) {
        if (!request.path().startsWith("/")) file.report(request, "path", "must begin with '/'");
        if (request.path().contains("?")) {
            file.report(request, "path", "must not have a query; write that as 'query', by name");
        }
        if (request.deadline() != null && config.server().deadlineHeaders().isEmpty()) {
            file.report(request, "deadline",
                    "cannot be given: the configuration trusts no header of clients with "
                            + "it; name one in 'deadlineHeaders' of 'server'");
        }
    }

    private void expect(SpecExpect expect, RecordFile<Spec> file) {
        known(expect, "calls", expect.calls().keySet(), file);
        boolean nothing = expect.status() == null && expect.body() == null && expect.contains() == null
                && expect.headers().isEmpty() && expect.outcome() == null && expect.missing() == null
                && expect.took() == null && expect.tookAtMost() == null && expect.calls().isEmpty();
        if (nothing) file.report(expect, "status", "says nothing; add e.g. 'status: 200'");
    }

    private void known(Record record, String key, Collection<String> names, RecordFile<Spec> file) {
        Set<String> downstreams = config.downstreams().keySet();
        for (String name : names) {
            if (downstreams.contains(name)) continue;
            file.report(record, key, name, "there is no downstream '" + name + "'"
                    + Suggestion.hint(name, downstreams) + " (known: "
                    + String.join(", ", downstreams) + ")");
        }
    }
}
