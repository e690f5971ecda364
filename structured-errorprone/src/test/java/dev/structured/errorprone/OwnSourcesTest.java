package dev.structured.errorprone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.BaseErrorProneJavaCompiler;
import com.google.errorprone.scanner.ScannerSupplier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The main sources of the library, of its test kit and of the service pass the checks. The build cannot
/// compile them with this module, which it would have to build first. What is right although a check finds it
/// has a `SuppressWarnings` with the reason.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(300)
class OwnSourcesTest {
    private static final List<String> MODULES = List.of("structured-core", "structured-testing", "service");

    @TempDir
    Path classes;

    @Test
    void our_own_code_passes_the_checks() throws IOException {
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        JavaCompiler compiler = new BaseErrorProneJavaCompiler(ScannerSupplier.fromBugCheckerClasses(
                WaitInFinally.class, SwallowedCancelled.class, EscapingNursery.class, ThreadInTask.class));
        try (StandardJavaFileManager files = ToolProvider.getSystemJavaCompiler()
                .getStandardFileManager(said, Locale.ROOT, StandardCharsets.UTF_8)) {
            List<String> options = List.of("-proc:none", "-Xlint:none", "-Xmaxwarns", "1000", "-d",
                    classes.toString(), "-XDcompilePolicy=simple", "--should-stop=ifError=FLOW");
            boolean compiled = compiler.getTask(null, files, said, options, null,
                    files.getJavaFileObjectsFromPaths(sources())).call();
            List<String> found = said.getDiagnostics().stream().filter(OwnSourcesTest::isFinding)
                    .map(Object::toString).toList();
            assertEquals(List.of(), found);
            assertTrue(compiled);
        }
    }

    /// An error, or the warning of a check, which begins with its name in brackets.
    private static boolean isFinding(Diagnostic<?> said) {
        return switch (said.getKind()) {
            case ERROR -> true;
            case WARNING, MANDATORY_WARNING -> said.toString().contains("[");
            default -> false;
        };
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> all = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                all.filter(path -> path.toString().endsWith(".java"))
                        .filter(path -> !path.endsWith("module-info.java")).forEach(sources::add);
            }
        }
        assertTrue(sources.size() > 100, sources.size() + " sources");
        return sources;
    }
}
