package dev.structured.errorprone;

import static com.google.errorprone.matchers.Matchers.anyOf;
import static com.google.errorprone.matchers.method.MethodMatchers.instanceMethod;
import static com.google.errorprone.matchers.method.MethodMatchers.staticMethod;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.matchers.Matcher;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;

/// Finds a thread that the code of a task starts outside its nursery: no nursery waits for it, cancels it, or
/// learns of its failure. Checks lambda expressions that are passed to the library.
@BugPattern(severity = BugPattern.SeverityLevel.WARNING, //
        summary = "This thread is not a task: its nursery neither waits for it nor cancels it. Use"
                + " nursery.startSoon, or Blocking.call for code that needs a platform thread.")
public final class ThreadInTask extends BugChecker implements BugChecker.MethodInvocationTreeMatcher {
    private static final long serialVersionUID = 1;

    private static final Matcher<ExpressionTree> STARTS = anyOf(
            instanceMethod().onDescendantOf("java.lang.Thread").named("start").withNoParameters(),
            instanceMethod().onDescendantOf("java.lang.Thread.Builder").named("start"),
            staticMethod().onClass("java.lang.Thread").named("startVirtualThread"),
            staticMethod().onClass("java.util.concurrent.CompletableFuture").namedAnyOf("runAsync",
                    "supplyAsync"),
            instanceMethod().onDescendantOf("java.util.concurrent.Executor").namedAnyOf("execute", "submit",
                    "invokeAll", "invokeAny"),
            instanceMethod().onDescendantOf("java.util.concurrent.ScheduledExecutorService").namedAnyOf(
                    "schedule", "scheduleAtFixedRate", "scheduleWithFixedDelay"),
            instanceMethod().onDescendantOf("java.util.Timer").namedAnyOf("schedule",
                    "scheduleAtFixedRate"));

    @Override
    public Description matchMethodInvocation(MethodInvocationTree tree, VisitorState state) {
        return STARTS.matches(tree, state) && isInTask(state.getPath())
                ? describeMatch(tree)
                : Description.NO_MATCH;
    }

    /// Goes outwards from lambda to lambda, until one is the code of a task.
    private static boolean isInTask(TreePath path) {
        for (TreePath at = path; at != null; at = at.getParentPath()) {
            Tree tree = at.getLeaf();
            if (tree instanceof ClassTree) return false;
            if (tree instanceof LambdaExpressionTree && at.getParentPath()
                    .getLeaf() instanceof MethodInvocationTree call && call.getArguments().contains(tree)) {
                if (Library.runsInTask(call)) return true;
            }
        }
        return false;
    }
}
