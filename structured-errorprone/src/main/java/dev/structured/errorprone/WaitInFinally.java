package dev.structured.errorprone;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.matchers.Description;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.TryTree;
import org.jspecify.annotations.Nullable;

/// Finds a wait in a `finally` block. It throws at once if the task is cancelled, so the cleanup does not
/// happen.
@BugPattern(severity = BugPattern.SeverityLevel.WARNING, //
        summary = "This wait throws at once if the task is cancelled, and the rest of the finally block is"
                + " skipped. Put it into Cleanup.run(limit, () -> …).")
public final class WaitInFinally extends BugChecker implements BugChecker.TryTreeMatcher {
    private static final long serialVersionUID = 1;

    @Override
    public Description matchTry(TryTree tree, VisitorState state) {
        if (tree.getFinallyBlock() == null) return Description.NO_MATCH;
        new OwnCode() {
            @Override
            public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void unused) {
                if (Library.waits(call)) state.reportMatch(describeMatch(call));
                if (Library.runsInPlace(call)) call.getArguments().forEach(this::scanCode);
                return super.visitMethodInvocation(call, null);
            }

            // Code of a time limit or of a nursery's block is run here, and no shield is around it.
            private void scanCode(ExpressionTree code) {
                if (code instanceof LambdaExpressionTree lambda) scan(lambda.getBody(), null);
                if (code instanceof MemberReferenceTree && Library.waits(code)) {
                    state.reportMatch(describeMatch(code));
                }
            }

            @Override
            public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree loop, @Nullable Void unused) {
                if (Library.waitsForItems(loop.getExpression())) {
                    state.reportMatch(describeMatch(loop.getExpression()));
                }
                return super.visitEnhancedForLoop(loop, null);
            }
        }.scan(tree.getFinallyBlock(), null);
        return Description.NO_MATCH;
    }
}
