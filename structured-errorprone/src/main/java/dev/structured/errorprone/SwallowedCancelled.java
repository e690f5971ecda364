package dev.structured.errorprone;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.matchers.Description;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.UnionTypeTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds a `catch` of `Throwable`, `Error` or `Cancelled` that throws nothing: the task goes on as if it had
/// not been cancelled. Checks only files that use the library. A `catch` after a `catch` of `Cancelled` is
/// allowed, since no `Cancelled` reaches it.
@BugPattern(severity = BugPattern.SeverityLevel.WARNING, //
        summary = "This catches Cancelled and throws nothing, so a cancelled task goes on. Catch Exception,"
                + " or throw it again.")
public final class SwallowedCancelled extends BugChecker implements BugChecker.CatchTreeMatcher {
    private static final long serialVersionUID = 1;

    @Override
    public Description matchCatch(CatchTree tree, VisitorState state) {
        if (!takesCancelled(tree) || throwsSomething(tree) || isPreceded(tree, state)
                || !usesLibrary(state)) {
            return Description.NO_MATCH;
        }
        return describeMatch(tree.getParameter());
    }

    /// Returns true if an earlier `catch` of the same `try` takes the exceptions that this one would swallow.
    /// The earlier one is checked by itself.
    private static boolean isPreceded(CatchTree tree, VisitorState state) {
        if (!(state.getPath().getParentPath().getLeaf() instanceof TryTree whole)) return false;
        for (CatchTree each : whole.getCatches()) {
            if (each == tree) return false;
            if (takesCancelled(each)) return true;
        }
        return false;
    }

    private static boolean takesCancelled(CatchTree tree) {
        return types(tree.getParameter().getType()).stream().anyMatch(SwallowedCancelled::isCaught);
    }

    private static List<? extends Tree> types(Tree type) {
        return type instanceof UnionTypeTree union ? union.getTypeAlternatives() : List.of(type);
    }

    private static boolean isCaught(Tree type) {
        return Library.isOfType(type, "Cancelled") || Library.isNamed(type, "java.lang.Throwable")
                || Library.isNamed(type, "java.lang.Error");
    }

    private static boolean throwsSomething(CatchTree tree) {
        boolean[] found = {false};
        new OwnCode() {
            @Override
            public @Nullable Void visitThrow(ThrowTree thrown, @Nullable Void unused) {
                found[0] = true;
                return null;
            }
        }.scan(tree.getBlock(), null);
        return found[0];
    }

    private static boolean usesLibrary(VisitorState state) {
        for (ImportTree each : state.getPath().getCompilationUnit().getImports()) {
            String source = state.getSourceForNode(each);
            if (source != null && source.contains(" dev.structured.")) return true;
        }
        return false;
    }
}
