package dev.structured.testing;

import dev.structured.core.Body;
import dev.structured.core.Cancelled;
import dev.structured.core.NurseryFailedException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Assertions about the shape of the failures that a nursery throws.
///
/// ```java
/// assertThrowsGroup(() -> Nursery.run(nursery -> crash(nursery)),
///         instanceOf(IOException.class),
///         group(instanceOf(TimeoutException.class), instanceOf(IOException.class, "disk full")));
/// ```
///
/// A shape is exact: it has every failure once, and every group in its place. The order of failures is not
/// promised, and not compared.
public final class Groups {
    private Groups() {}

    /// A description of one failure, which may be a group.
    public static final class Shape {
        private final Node node;

        private Shape(Node node) {
            this.node = node;
        }
    }

    private sealed interface Node permits Leaf, Group {}

    /// A single failure.
    private record Leaf(Class<? extends Throwable> type, @Nullable String message, @Nullable Throwable same)
            implements
                Node {

        boolean matches(Throwable thrown) {
            return type.isInstance(thrown) && (message == null || message.equals(thrown.getMessage()))
                    && (same == null || same == thrown);
        }

        @Override
        public String toString() {
            if (same != null) return "exactly " + same;
            return type.getName() + (message == null ? "" : ": " + message);
        }
    }

    /// A group with these failures and no others.
    private record Group(List<Shape> members) implements Node {}

    /// Returns the shape of a failure of this type or a subtype.
    public static Shape instanceOf(Class<? extends Throwable> type) {
        return new Shape(new Leaf(type, null, null));
    }

    /// Returns the shape of a failure of this type or a subtype, with this message.
    public static Shape instanceOf(Class<? extends Throwable> type, String message) {
        return new Shape(new Leaf(type, message, null));
    }

    /// Returns the shape of this very failure.
    public static Shape same(Throwable failure) {
        return new Shape(new Leaf(failure.getClass(), null, failure));
    }

    /// Returns the shape of a group of these failures, in any order.
    public static Shape group(Shape... members) {
        return new Shape(new Group(List.of(members)));
    }

    /// Runs the body and asserts that it throws a group of these failures, in any order.
    ///
    /// @return the exception that it threw
    /// @throws AssertionError if it ended normally or threw something else, which is then the cause
    public static NurseryFailedException assertThrowsGroup(Body<?> body, Shape... members) {
        return requireGroup(thrownBy(body, group(members)), group(members));
    }

    /// Asserts that the throwable is a group of these failures, in any order.
    ///
    /// @return the throwable
    /// @throws AssertionError if it is not; the throwable is its cause
    public static NurseryFailedException assertGroup(Throwable thrown, Shape... members) {
        return requireGroup(thrown, group(members));
    }

    /// Runs the body and asserts that it throws a group with these leaves, in any order and however they are
    /// grouped.
    ///
    /// @return the exception that it threw
    /// @throws AssertionError if it ended normally or threw something else, which is then the cause
    public static NurseryFailedException assertThrowsLeaves(Body<?> body, Shape... leaves) {
        Throwable thrown = thrownBy(body, group(leaves));
        if (thrown instanceof NurseryFailedException group && matchesAll(List.of(leaves), group.leaves()))
            return group;
        throw mismatch("a group, with any grouping inside, of these leaves", group(leaves), thrown);
    }

    private static Throwable thrownBy(Body<?> body, Shape expected) {
        try {
            body.run();
        } catch (Cancelled cancelled) {
            throw cancelled; // the calling task's, and not the nursery's
        } catch (Throwable thrown) {
            return thrown;
        }
        throw new AssertionError("Nothing was thrown. Expected:\n" + tree(expected));
    }

    private static NurseryFailedException requireGroup(Throwable thrown, Shape expected) {
        if (thrown instanceof NurseryFailedException group && matches(expected, group)) return group;
        throw mismatch("this shape, in any order", expected, thrown);
    }

    private static AssertionError mismatch(String what, Shape expected, Throwable actual) {
        return new AssertionError(
                "The failures do not have the shape. Expected " + what + ":\n" + tree(expected)
                        + "but this was thrown:\n" + tree(actual),
                actual);
    }

    /* --- Matching --- */

    private static boolean matches(Shape shape, Throwable thrown) {
        return switch (shape.node) {
            case Leaf leaf -> leaf.matches(thrown);
            case Group group -> thrown instanceof NurseryFailedException failure
                    && matchesAll(group.members(), failure.failures());
        };
    }

    /// Returns true if each shape can be assigned a failure of its own, and no failure is left. A shape may
    /// fit several failures, so it gives up its failure if it also fits another one.
    private static boolean matchesAll(List<Shape> shapes, List<Throwable> failures) {
        if (shapes.size() != failures.size()) return false;
        int[] takenBy = new int[failures.size()];
        Arrays.fill(takenBy, -1);
        for (int shape = 0; shape < shapes.size(); shape++) {
            if (!finds(shape, shapes, failures, takenBy, new boolean[failures.size()])) return false;
        }
        return true;
    }

    private static boolean finds(int shape, List<Shape> shapes, List<Throwable> failures, int[] takenBy,
            boolean[] tried) {
        for (int i = 0; i < failures.size(); i++) {
            if (tried[i] || !matches(shapes.get(shape), failures.get(i))) continue;
            tried[i] = true;
            if (takenBy[i] < 0 || finds(takenBy[i], shapes, failures, takenBy, tried)) {
                takenBy[i] = shape;
                return true;
            }
        }
        return false;
    }

    /* --- Showing --- */

    private static String tree(Shape shape) {
        StringBuilder text = new StringBuilder();
        append(text, shape, 1);
        return text.toString();
    }

    private static void append(StringBuilder text, Shape shape, int depth) {
        indent(text, depth);
        switch (shape.node) {
            case Leaf leaf -> text.append(leaf).append('\n');
            case Group(List<Shape> members) -> {
                text.append("group of ").append(members.size()).append('\n');
                for (Shape member : members) append(text, member, depth + 1);
            }
        }
    }

    private static String tree(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        append(text, thrown, 1);
        return text.toString();
    }

    private static void append(StringBuilder text, Throwable thrown, int depth) {
        indent(text, depth);
        if (!(thrown instanceof NurseryFailedException group)) {
            text.append(thrown).append('\n');
            return;
        }
        text.append("group of ").append(group.failures().size()).append('\n');
        for (Throwable failure : group.failures()) append(text, failure, depth + 1);
    }

    private static void indent(StringBuilder text, int depth) {
        text.append("  ".repeat(depth));
    }
}
