package dev.structured.service.yaml;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/// A configuration file cannot be used. The message has one line for each problem of the file.
public final class ConfigException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /// The number of lines shown; the first problems usually cause the rest.
    private static final int MOST_LINES = 50;

    private final transient List<Problem> problems;

    /// @param file the file's name, as the user wrote it
    /// @param problems at least one
    public ConfigException(String file, List<Problem> problems) {
        super(describe(file, problems));
        this.problems = List.copyOf(problems);
    }

    /// Returns all problems, in the file's order.
    public List<Problem> problems() {
        return problems;
    }

    private static String describe(String file, List<Problem> problems) {
        String lines = problems.stream()
                .limit(MOST_LINES)
                .map(problem -> problem.describe(file))
                .collect(Collectors.joining("\n"));
        int more = problems.size() - MOST_LINES;
        return more > 0 ? lines + "\n" + file + ": and " + more + " more problems" : lines;
    }
}
