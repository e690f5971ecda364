package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.config.ProblemField;
import dev.structured.service.config.ProblemName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpStatus;
import org.junit.jupiter.api.Test;

/// Checks that a configuration may name exactly the problems that the sources make.
class ProblemNamesTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/structured/service");
    private static final Pattern NAMED = Pattern
            .compile("(?:named\\(|\\bname = )\"([a-z]+(?:-[a-z]+)+|cors|cancelled|overloaded)\"");
    private static final Pattern BY_STATUS = Pattern.compile("ofStatus\\(\\s*[0-9]{3}, \"([^\"]+)\"");
    private static final Pattern MEMBER = Pattern.compile("\\.with\\(\"([A-Za-z]+)\",");
    /// The statuses of the problems that Jetty finds.
    private static final List<Integer> BY_SERVER = List.of(400, 408, 414, 417, 426, 431, 501, 505);

    private static Set<String> found(Pattern pattern, String file) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path each : files.filter(path -> path.toString().endsWith(file)).toList()) {
                Matcher matcher = pattern.matcher(Files.readString(each));
                while (matcher.find())
                    found.add(matcher.group(1));
            }
        }
        return found;
    }

    private static String dashed(String title) {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    @Test
    void each_problem_of_the_sources_can_be_named_and_no_other() throws IOException {
        Set<String> made = new TreeSet<>();
        for (String file : List.of("edge/EdgeProblems.java", "edge/FailedPage.java", "edge/JsonBody.java")) {
            made.addAll(found(NAMED, file));
            found(BY_STATUS, file).forEach(title -> made.add(dashed(title)));
        }
        BY_SERVER.forEach(status -> made.add(dashed(HttpStatus.getMessage(status))));

        assertEquals(made, new TreeSet<>(ProblemName.KNOWN));
    }

    @Test
    void each_problem_with_a_type_of_its_own_is_in_the_table_of_answers() throws IOException {
        String page = Files.readString(Path.of("../docs/service.md"));
        String answers = page.substring(page.indexOf("## Answers"), page.indexOf("A client that leaves"));
        Set<String> missing = new TreeSet<>();
        for (String file : List.of("edge/EdgeProblems.java", "edge/FailedPage.java", "edge/JsonBody.java"))
            missing.addAll(found(NAMED, file));
        missing.removeIf(name -> answers.contains('`' + name + '`'));
        missing.remove("client-gone"); // which nobody receives
        assertEquals(Set.of(), missing);
    }

    @Test
    void each_member_that_the_service_sets_is_known() throws IOException {
        Set<String> set = new TreeSet<>();
        for (String file : List.of("edge/EdgeProblems.java", "edge/FailedPage.java", "edge/JsonBody.java",
                "edge/ProxyFilter.java"))
            set.addAll(found(MEMBER, file));

        set.remove("Connection");
        assertEquals(set, new TreeSet<>(ProblemField.OWN));
    }
}
