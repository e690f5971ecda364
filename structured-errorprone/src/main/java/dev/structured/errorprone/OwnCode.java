package dev.structured.errorprone;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.util.TreeScanner;
import org.jspecify.annotations.Nullable;

/// Scans the code of one method or block, except for lambda expressions and classes in it, whose code runs at
/// another time or in another place.
class OwnCode extends TreeScanner<@Nullable Void, @Nullable Void> {
    @Override
    public final @Nullable Void visitLambdaExpression(LambdaExpressionTree lambda, @Nullable Void unused) {
        return null;
    }

    @Override
    public final @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
        return null;
    }
}
