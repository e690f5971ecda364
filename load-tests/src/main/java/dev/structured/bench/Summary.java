package dev.structured.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// The samples as Markdown tables, and each figure beside its goal.
final class Summary {
    private static final String OURS = ScopePeer.NAMES.getFirst();
    private static final long TWO_GIBIBYTES_IN_KB = 2L * 1024 * 1024;

    private final Samples samples;
    private final List<String> lines = new ArrayList<>();

    private Summary(Samples samples) {
        this.samples = samples;
    }

    static String of(Samples samples) {
        Summary summary = new Summary(samples);
        summary.write();
        return String.join("\n", summary.lines) + "\n";
    }

    private void write() {
        table("plain", "CPU a scope, µs", sample -> sample.cpu() / 1000);
        table("plain", "bytes a scope", Sample::bytes);
        table("withDeadline", "CPU a scope with a deadline, µs", sample -> sample.cpu() / 1000);
        table("withDeadline", "bytes a scope with a deadline", Sample::bytes);
        table("fill", "until all sleep, ms", sample -> sample.wall() / 1000);
        table("cancel", "from cancelling until empty, ms", sample -> sample.wall() / 1000);
        table("fillForeign", "until all are in Thread.sleep, ms", sample -> sample.wall() / 1000);
        table("cancelForeign", "from cancelling until empty, ms", sample -> sample.wall() / 1000);
        table("limited", "a limit of 200 ms over a stubborn child, ms", Sample::wall);
        table("million", "bytes a live child", Sample::bytes);
        table("million", "largest resident size, MB", sample -> sample.wall() / 1024);
        table("channel", "CPU an item, ns", Sample::cpu);
        table("channel", "bytes an item", Sample::bytes);
        table("select", "CPU an item, ns", Sample::cpu);
        table("lock", "CPU a time, ns", Sample::cpu);
        table("semaphore", "CPU a time, ns", Sample::cpu);
        table("limiter", "CPU a time, ns", Sample::cpu);
        goals();
    }

    /* --- The figures --- */

    private void table(String comparison, String title, ToDoubleFunction<Sample> measure) {
        if (samples.cases(comparison).isEmpty()) return;
        Set<String> peers = samples.peers(comparison);
        lines.add("");
        lines.add("### " + title);
        lines.add("");
        lines.add("| | " + String.join(" | ", peers) + " | load |");
        lines.add("|---" + "|---:".repeat(peers.size() + 1) + "|");
        for (Case what : samples.cases(comparison)) {
            StringBuilder line = new StringBuilder("| ").append(what);
            for (String peer : peers) {
                line.append(" | ").append(number(samples.median(what.of(peer), measure)));
            }
            String first = peers.iterator().next();
            lines.add(line.append(" | ").append(number(samples.median(what.of(first), Sample::load)))
                    .append(" |")
                    .toString());
        }
    }

    private static String number(double value) {
        if (Double.isNaN(value)) return "";
        return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value);
    }

    /* --- The goals --- */

    private void goals() {
        lines.add("");
        lines.add("### Goals");
        lines.add("");
        lines.add("| | figure | goal | |");
        lines.add("|---|---:|---:|---|");
        for (Case what : samples.cases("plain")) {
            scopeGoal(what, "TaskScopes", 1.0);
            if (what.number("children") > 1) scopeGoal(what, "RawThreads", 1.15);
            scopeGoal(what, "Jox", 0.5);
        }
        for (Case what : samples.cases("withDeadline")) {
            scopeGoal(what, "TaskScopes", 0.6);
            scopeGoal(what, "Jox", 0.5);
        }
        for (Case what : samples.cases("cancel")) emptyingGoal(what, "fill");
        for (Case what : samples.cases("cancelForeign")) emptyingGoal(what, "fillForeign");
        for (Case what : samples.cases("limited")) {
            goal(what + ": ms", samples.median(what.of(OURS), Sample::wall), 210);
        }
        for (Case what : samples.cases("million")) {
            goal(what + ": resident kB", samples.median(what.of(OURS), Sample::wall), TWO_GIBIBYTES_IN_KB);
        }
        for (Case what : samples.cases("channel")) channelGoals(what);
        for (Case what : samples.cases("select")) {
            for (String ours : List.of("BiasedSelect", "FairSelect")) {
                goal(what + ": " + ours + " to JoxSelect", cpuRatio(what, ours, "JoxSelect"), 0.5);
            }
        }
        lockGoals();
    }

    private void lockGoals() {
        for (Case what : samples.cases("lock")) lockGoal(what, "TaskLock", "Lock");
        for (Case what : samples.cases("semaphore")) lockGoal(what, "TaskSemaphore", "Semaphore");
        for (Case what : samples.cases("limiter")) lockGoal(what, "CapacityLimiter", "Semaphore");
    }

    /// Alone: compared with the JDK's faster one. Contended: with the JDK's fair one, since ours is fair.
    private void lockGoal(Case what, String ours, String theirs) {
        boolean alone = "alone".equals(what.parameters().get("held"));
        String peer = (alone ? "Unfair" : "Fair") + theirs;
        double most = alone && "CapacityLimiter".equals(ours) ? 2 : 1.3;
        goal(what + ": to " + peer, cpuRatio(what, ours, peer), most);
    }

    private void emptyingGoal(Case what, String filling) {
        Case fill = new Case(filling, OURS, what.parameters());
        goal(what + ": emptying to filling", samples.ratio(what.of(OURS), fill, Sample::wall), 2);
    }

    private void scopeGoal(Case what, String peer, double most) {
        goal(what + ": CPU to " + peer, cpuRatio(what, OURS, peer), most);
        goal(what + ": bytes to " + peer, samples.ratio(what.of(OURS), what.of(peer), Sample::bytes), most);
    }

    private void channelGoals(Case what) {
        double most = what.carriers() == 1 ? 1 : 1.3;
        goal(what + ": to JoxChannels", cpuRatio(what, "OurChannels", "JoxChannels"), most);
        goal(what + ": to Queues", cpuRatio(what, "OurChannels", "Queues"), most);
        double toKotlin = cpuRatio(what, "OurChannels", "KotlinChannels");
        if (!Double.isNaN(toKotlin))
            lines.add("| " + what + ": to KotlinChannels | " + number(toKotlin) + " | | |");
    }

    private double cpuRatio(Case what, String ours, String peer) {
        return samples.ratio(what.of(ours), what.of(peer), Sample::cpu);
    }

    private void goal(String what, double figure, double most) {
        if (Double.isNaN(figure)) return;
        String verdict = figure <= most ? "reached" : "**not reached**";
        lines.add("| " + what + " | " + number(figure) + " | ≤ " + number(most) + " | " + verdict + " |");
    }
}
