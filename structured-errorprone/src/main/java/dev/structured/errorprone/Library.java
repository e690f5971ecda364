package dev.structured.errorprone;

import com.google.errorprone.util.ASTHelpers;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.tools.javac.code.Symbol;
import com.sun.tools.javac.code.Symbol.MethodSymbol;
import com.sun.tools.javac.code.Type;
import java.util.Map;
import java.util.Set;

/// The names of packages, classes and methods of the library that the checks need.
final class Library {
    private static final String PACKAGE = "dev.structured.core";

    /// Methods that may wait, and are checkpoints, in any class of the library but [#SELECT].
    private static final Set<String> WAITS = Set.of("await", "awaitEnd", "awaitUntil", "awaitExit",
            "checkpoint", "quickCheckpoint", "sleep", "sleepForever", "park", "parkIf", "send", "receive",
            "receiveUpTo", "acquire", "acquireOnBehalfOf");

    /// Its methods have the names of what its clauses do; only `await` waits.
    private static final String SELECT = "Select";

    /// Methods that may wait, by class, whose names mean something else in other classes.
    private static final Map<String, Set<String>> WAIT_AND_RUN = Map.of(
            "TaskLock", Set.of("run", "call"), "TaskSemaphore", Set.of("run", "call"),
            "CapacityLimiter", Set.of("run", "call"), "Blocking", Set.of("run", "call", "onCancel"),
            "Workers", Set.of("run", "call", "onCancel"),
            "Subprocess", Set.of("run", "open", "signal", "forEachLine"),
            "Signals", Set.of("open"), "Channels", Set.of("producing"), "FileWatch", Set.of("next"),
            "Combine", Set.of("all", "both", "settled", "race", "hedge", "retry", "asCompleted", "map",
                    "mapSettled", "mapOrdered", "mapUnordered"));

    /// All its methods but `statistics` wait.
    private static final String FILES = "FileOps";

    /// Methods that run the code passed to them in a task: the caller's, or one that they start.
    static final Set<String> RUN_IN_A_TASK = Set.of("run", "call", "startSoon", "start",
            "startBackground", "startAfter", "startAt", "startUntilReady", "moveOnAfter", "moveOnAt",
            "failAfter", "failAt", "feed", "producing", "all", "both", "settled", "race", "asCompleted",
            "map", "mapSettled", "mapOrdered", "mapUnordered", "hedge", "retry", "mapParallel", "filter",
            "zip", "submit", "inHost", "open", "forEachLine", "withTempFile", "withTempDirectory", "watch");

    /// Methods that run the code passed to them in the caller's task, in its place, under no shield.
    private static final Map<String, Set<String>> RUN_IN_PLACE = Map.of(
            "Timeouts", Set.of("moveOnAfter", "moveOnAt", "failAfter", "failAt"),
            "Nursery", Set.of("run", "call"), "CancelScope", Set.of("run", "call"),
            "TaskLocal", Set.of("run", "call"), "SendChannel", Set.of("feed"),
            "Broadcast", Set.of("feed"), "Watch", Set.of("feed"));

    private Library() {}

    /// Returns true if the call may wait, and so throws at once in a task that is cancelled.
    static boolean waits(ExpressionTree call) {
        if (!(ASTHelpers.getSymbol(call) instanceof MethodSymbol method)) return false;
        String name = method.getSimpleName().toString();
        return isOfLibrary(method)
                ? waits(method.owner.getSimpleName().toString(), name)
                : name.equals("forEach") && isOnItems(call);
    }

    /// Returns true if the call loops over the items of the object that it is made on.
    private static boolean isOnItems(ExpressionTree call) {
        ExpressionTree items = ASTHelpers.getReceiver(call);
        return items != null && waitsForItems(items);
    }

    static boolean waits(String type, String method) {
        return switch (type) {
            case SELECT -> method.equals("await");
            case FILES -> !method.equals("statistics");
            default -> WAITS.contains(method)
                    || WAIT_AND_RUN.getOrDefault(type, Set.of()).contains(method);
        };
    }

    /// Returns true if the call runs the code passed to it in its place, where a cancellation is seen.
    static boolean runsInPlace(ExpressionTree call) {
        return ASTHelpers.getSymbol(call) instanceof MethodSymbol method && isOfLibrary(method)
                && RUN_IN_PLACE.getOrDefault(method.owner.getSimpleName().toString(), Set.of())
                        .contains(method.getSimpleName().toString())
                && !mayHaveShield(call);
    }

    /// Returns true if the call is made on a scope with a shield, or on one that was made elsewhere.
    private static boolean mayHaveShield(ExpressionTree call) {
        ExpressionTree scope = ASTHelpers.getReceiver(call);
        if (scope == null || !isOfType(scope, "CancelScope")) return false;
        while (scope instanceof MethodInvocationTree step) {
            if (ASTHelpers.getSymbol(step).getSimpleName().contentEquals("withShield")) return true;
            scope = ASTHelpers.getReceiver(step);
        }
        return !(scope instanceof NewClassTree);
    }

    /// Returns true if a loop over that object waits for each item.
    static boolean waitsForItems(ExpressionTree items) {
        return isOfType(items, "channel.ReceiveChannel") || isOfType(items, "combine.Results");
    }

    /// Returns true if the call runs the code passed to it in a task.
    static boolean runsInTask(ExpressionTree call) {
        return isMethod(call, RUN_IN_A_TASK);
    }

    private static boolean isMethod(ExpressionTree call, Set<String> names) {
        return ASTHelpers.getSymbol(call) instanceof MethodSymbol method
                && names.contains(method.getSimpleName().toString()) && isOfLibrary(method);
    }

    private static boolean isOfLibrary(Symbol symbol) {
        return ASTHelpers.enclosingPackage(symbol)
                .map(home -> home.getQualifiedName() + ".")
                .filter(name -> name.startsWith(PACKAGE + "."))
                .isPresent();
    }

    /// Returns true if the tree's type is that class of the library.
    ///
    /// @param name without the name of the library's own package
    static boolean isOfType(Tree tree, String name) {
        return isNamed(tree, PACKAGE + "." + name);
    }

    /// Returns true if the tree's type is the class of that name.
    static boolean isNamed(Tree tree, String name) {
        Type type = ASTHelpers.getType(tree);
        return type != null && type.tsym != null && type.tsym.getQualifiedName().contentEquals(name);
    }
}
