package dev.structured.core;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.AccessFlags;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.FieldElement;
import java.lang.classfile.FieldModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Runs [Races] on the kernel, which must pass, and then some of them on a kernel in which one field is not
/// volatile, which must fail: so the tests see the reordering that the field's being volatile forbids.
///
/// A reordering shows in some runs only, and rarely where other programs use the processors too. So a mutant
/// is run until it is noticed, several times at most. What counts is a forbidden result: a run that fails for
/// another reason, or in which no test ran, is an error of its own.
///
/// Not all fields can be shown so. `reason` and a wait's `state` are set by compare-and-set, and after
/// `shielded` is written a lock is taken before anything is read: on the machines there are, those are fences
/// by themselves.
public final class Mutants {
    private static final int MOST_RUNS = 10;
    private static final Pattern PASSED = Pattern.compile("All remaining tests: [1-9]");
    private static final Pattern FORBIDDEN = Pattern.compile("\\[FAILED\\] .*Races");

    private Mutants() {}

    /// @param field of `owner`, without its volatile
    /// @param race the test that must notice
    private record Mutant(Class<?> owner, String field, String race) {}

    private static final List<Mutant> MUTANTS = List.of(
            new Mutant(TreeTask.class, "innermost", "MarkOrEnter"),
            new Mutant(Task.class, "state", "BreakerOrEnd"));

    /// @param args where to write classes and reports
    public static void main(String[] args) throws Exception {
        Path place = Path.of(args[0]);
        List<String> wrong = new ArrayList<>();
        if (!passes(place.resolve("kernel"), "Races", List.of())) wrong.add("the kernel fails");
        for (Mutant mutant : MUTANTS) {
            Path classes = place.resolve("without-volatile-" + mutant.field());
            write(mutant, classes);
            if (!isNoticed(mutant, classes)) {
                wrong.add("a kernel whose " + mutant.field() + " is not volatile passes");
            }
        }
        System.out.println(wrong.isEmpty() ? "All as it must be" : String.join("; ", wrong));
        if (!wrong.isEmpty()) System.exit(1);
    }

    private static boolean isNoticed(Mutant mutant, Path classes) throws IOException, InterruptedException {
        for (int run = 1; run <= MOST_RUNS; run++) {
            Path report = classes.resolve("report-" + run);
            if (!passes(report, mutant.race(), List.of(classes.toString()))) {
                System.out.println(mutant.field() + " without volatile: noticed in run " + run);
                return true;
            }
        }
        return false;
    }

    /// Returns false if a result was forbidden.
    ///
    /// @throws IllegalStateException if the tests did not run to their end
    private static boolean passes(Path report, String race, List<String> before)
            throws IOException, InterruptedException {
        Files.createDirectories(report);
        List<String> path = new ArrayList<>(before);
        path.add(System.getProperty("java.class.path"));
        Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED", "-cp", String.join(File.pathSeparator, path),
                "org.openjdk.jcstress.Main", "-t", "\\.Races\\." + (race.equals("Races") ? "" : race + "$"),
                "-jvmArgs", "--enable-native-access=ALL-UNNAMED", "-sc", "false", "-af", "NONE", "-f", "1",
                "-fsm", "1", "-iters", "5", "-time", "500", "-r", report.toString())
                .directory(report.toFile()).redirectErrorStream(true)
                .redirectOutput(report.resolve("output.txt").toFile()).start();
        boolean ended = process.waitFor() == 0;
        String output = Files.readString(report.resolve("output.txt"));
        if (FORBIDDEN.matcher(output).find()) return false;
        if (ended && PASSED.matcher(output).find()) return true;
        throw new IllegalStateException("The tests did not run to their end: see " + report);
    }

    private static void write(Mutant mutant, Path classes) throws IOException {
        ClassFile format = ClassFile.of();
        String name = mutant.owner().getName().replace('.', '/') + ".class";
        byte[] bytes;
        try (var in = Mutants.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) throw new IOException("No " + name);
            bytes = in.readAllBytes();
        }
        ClassModel whole = format.parse(bytes);
        if (whole.fields().stream().noneMatch(field -> field.fieldName().equalsString(mutant.field()))) {
            throw new IllegalStateException(mutant.owner() + " has no field " + mutant.field());
        }
        Path file = classes.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, format.transformClass(whole, withoutVolatile(mutant.field())));
    }

    private static ClassTransform withoutVolatile(String field) {
        return (builder, element) -> {
            if (element instanceof FieldModel model && model.fieldName().equalsString(field)) {
                builder.withField(model.fieldName(), model.fieldType(), copy -> {
                    for (FieldElement part : model) {
                        if (!(part instanceof AccessFlags)) copy.with(part);
                    }
                    copy.withFlags(model.flags().flagsMask() & ~AccessFlag.VOLATILE.mask());
                });
            } else {
                builder.with(element);
            }
        };
    }
}
