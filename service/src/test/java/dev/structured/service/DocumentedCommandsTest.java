package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The commands that documents and examples show can be given as they are: `./serve` takes its flags and
/// commands, and Maven finds the modules, profiles, tests and examples.
class DocumentedCommandsTest {
    private static final Path TOP = Documents.TOP;
    /// Of a line, or of code within one, that begins with it.
    private static final Pattern SERVE = Pattern
            .compile("(?m)(?:^(?:\\$ |# +)?(?:[A-Z_]+=\\S+ )*|`)\\./serve\\b([^`\n]*)");
    private static final Pattern MVN = Pattern.compile("(?m)(?:^(?:\\$ )?|`)mvn ([^`]*?)(?:`|$)");
    private static final Pattern WORD = Pattern.compile("(?:'[^']*'|[^\\s'])+");

    @Test
    void serve_takes_what_is_shown() throws IOException {
        List<String> wrong = new ArrayList<>();
        int shown = 0;
        for (Path file : withExamples()) {
            Matcher command = SERVE.matcher(Files.readString(file));
            while (command.find()) {
                shown++;
                List<String> words = words(command.group(1));
                try {
                    CommandLine.parse(words, Map.of());
                } catch (StartException e) {
                    wrong.add(file + ": ./serve" + command.group(1) + ": " + e.getMessage());
                }
                for (String word : words) {
                    if (word.startsWith("examples/") && !Files.exists(TOP.resolve(word)))
                        wrong.add(file + ": there is no " + word);
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(shown > 50, "commands that were found: " + shown);
    }

    @Test
    void maven_finds_what_is_shown() throws IOException {
        StringBuilder poms = new StringBuilder();
        for (Path pom : files("pom.xml")) poms.append(Files.readString(pom));
        String classes = files(".java").stream().map(Path::getFileName).toList().toString();
        List<String> wrong = new ArrayList<>();
        int shown = 0;
        for (Path file : documents()) {
            Matcher command = MVN.matcher(Files.readString(file));
            while (command.find()) {
                shown++;
                for (String missing : missing(words(command.group(1)), poms.toString(), classes))
                    wrong.add(file + ": there is no " + missing);
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(shown > 20, "commands that were found: " + shown);
    }

    private static List<String> missing(List<String> words, String poms, String classes) {
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-pl")) {
                for (String module : words.get(i + 1).split(",", -1))
                    if (!Files.exists(TOP.resolve(module).resolve("pom.xml")))
                        missing.add("module " + module);
            } else if (word.startsWith("-P")) {
                String profile = word.substring(2);
                if (!poms.contains("<id>" + profile + "</id>")) missing.add("profile " + profile);
            } else if (word.startsWith("-Dtest=") || word.startsWith("-Dexample=")) {
                for (String name : word.replaceFirst(".*=", "").split(",", -1))
                    if (!Pattern.compile("\\b" + name.replace("*", "\\w*") + "\\.java").matcher(classes)
                            .find())
                        missing.add("class " + name);
            }
        }
        return missing;
    }

    /// Returns the documents but for those that tell of the past.
    private static List<Path> documents() throws IOException {
        return Documents.all().stream()
                .filter(file -> !file.getParent().endsWith("decisions") && !file.endsWith("CHANGELOG.md"))
                .toList();
    }

    private static List<Path> withExamples() throws IOException {
        List<Path> files = new ArrayList<>(documents());
        try (Stream<Path> folders = Files.list(TOP.resolve("examples"))) {
            folders.map(folder -> folder.resolve("routes.yaml")).filter(Files::exists).forEach(files::add);
        }
        return files;
    }

    /// Returns the POMs and sources whose names end so.
    private static List<Path> files(String end) throws IOException {
        List<Path> found = new ArrayList<>(List.of(TOP.resolve("pom.xml")));
        try (Stream<Path> modules = Files.list(TOP)) {
            for (Path module : modules.filter(each -> Files.exists(each.resolve("pom.xml"))).toList()) {
                found.add(module.resolve("pom.xml"));
                try (Stream<Path> all = Files.walk(module.resolve("src"))) {
                    all.forEach(found::add);
                }
            }
        }
        return found.stream().filter(file -> file.toString().endsWith(end)).toList();
    }

    /// Returns the words of a command, up to a comment, a redirection, `&`, or what may be left out.
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            if (word.group().matches("[#>&|\\[].*")) break;
            words.add(word.group().replace("'", ""));
        }
        return words;
    }
}
