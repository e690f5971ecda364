package dev.structured.errorprone;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.matchers.Description;
import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.ReturnTree;
import com.sun.tools.javac.code.Symbol.VarSymbol;
import javax.lang.model.element.ElementKind;

/// Finds a nursery that leaves its block: it is assigned to a static field or to an element of an array, or
/// returned. When the block has ended, the nursery is closed and starts no task. Assigning it to a field of
/// an object that the block itself makes is fine.
@BugPattern(severity = BugPattern.SeverityLevel.WARNING, //
        summary = "This nursery escapes its block, after which it starts no more tasks. Open it"
                + " around all code that needs it, or use a Portal.")
public final class EscapingNursery extends BugChecker
        implements
            BugChecker.AssignmentTreeMatcher,
            BugChecker.ReturnTreeMatcher,
            BugChecker.LambdaExpressionTreeMatcher {
    private static final long serialVersionUID = 1;

    @Override
    public Description matchAssignment(AssignmentTree tree, VisitorState state) {
        if (!isParameter(tree.getExpression()) || isOfTheBlock(tree)) return Description.NO_MATCH;
        boolean isInConstructor = ASTHelpers.findEnclosingMethod(state) != null
                && ASTHelpers.getSymbol(ASTHelpers.findEnclosingMethod(state)).isConstructor();
        boolean isLocal = tree.getVariable() instanceof IdentifierTree name
                && ASTHelpers.getSymbol(name) instanceof VarSymbol variable
                && variable.getKind() != ElementKind.FIELD;
        return isLocal || isInConstructor ? Description.NO_MATCH : describeMatch(tree);
    }

    /// Returns true if the variable is a field of an object in a local variable that is declared after the
    /// nursery, and so in its block.
    private static boolean isOfTheBlock(AssignmentTree tree) {
        return tree.getVariable() instanceof MemberSelectTree field
                && ASTHelpers.getSymbol(field.getExpression()) instanceof VarSymbol holder
                && holder.getKind() == ElementKind.LOCAL_VARIABLE
                && ASTHelpers.getSymbol(tree.getExpression()) instanceof VarSymbol nursery
                && holder.pos > nursery.pos;
    }

    @Override
    public Description matchReturn(ReturnTree tree, VisitorState state) {
        ExpressionTree value = tree.getExpression();
        return value != null && isParameter(value) ? describeMatch(tree) : Description.NO_MATCH;
    }

    @Override
    public Description matchLambdaExpression(LambdaExpressionTree tree, VisitorState state) {
        return tree.getBody() instanceof ExpressionTree value && isParameter(value)
                ? describeMatch(tree)
                : Description.NO_MATCH;
    }

    /// A block gets its nursery as a parameter, and so do methods that it calls.
    private static boolean isParameter(ExpressionTree value) {
        return value instanceof IdentifierTree && Library.isOfType(value, "Nursery")
                && ASTHelpers.getSymbol(value) instanceof VarSymbol variable
                && variable.getKind() == ElementKind.PARAMETER;
    }
}
