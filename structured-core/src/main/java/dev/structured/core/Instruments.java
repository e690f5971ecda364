package dev.structured.core;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// The instruments of one scheduler. One that throws is logged and dropped; the others, and the tasks, go on.
final class Instruments {
    private static final System.Logger LOG = System.getLogger(Instrument.class.getName());

    /// Cancelled code may take this long to end before a line is logged.
    private static final long LOGGED_AFTER = 1_000_000_000;
    private static final int SHOWN_FRAMES = 8;

    private final CopyOnWriteArrayList<Instrument> all;

    Instruments(List<Instrument> instruments) {
        all = new CopyOnWriteArrayList<>(instruments);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    void taskStarted(Task<?> task) {
        if (!all.isEmpty()) tell(instrument -> instrument.taskStarted(task));
    }

    void taskEnded(Task<?> task) {
        if (!all.isEmpty()) tell(instrument -> instrument.taskEnded(task));
    }

    void scopeCancelled(CancelScope scope, CancelReason reason) {
        if (!all.isEmpty()) tell(instrument -> instrument.scopeCancelled(scope, reason));
    }

    void taskStuck(Task<?> task, long nanos) {
        RecorderEvents.StuckEvent event = new RecorderEvents.StuckEvent();
        if (event.isEnabled()) event.write(task.path(), nanos, task.stackTrace());
        if (nanos >= LOGGED_AFTER && task.gate().isFirstReportOfBeingStuck()) {
            logStuck(task, nanos);
        }
        if (!all.isEmpty()) tell(instrument -> instrument.taskStuck(task, nanos));
    }

    /// Throws nothing: the tasks that are looked at next must be interrupted again too.
    private static void logStuck(Task<?> task, long nanos) {
        try {
            LOG.log(System.Logger.Level.WARNING, () -> stuck(task, nanos));
        } catch (Throwable cannotLog) {
            // there is no other place
        }
    }

    private static String stuck(Task<?> task, long nanos) {
        StringBuilder text = new StringBuilder("Task '").append(task.path()).append("' was told to end ")
                .append(Words.of(Duration.ofNanos(nanos)))
                .append(" ago and goes on; its nursery or run cannot end before it. It is in code that")
                .append(" ignores an interrupt (such as accept() or read() of a socket on a platform thread:")
                .append(" close the socket, by Blocking.onCancel), in a loop without a checkpoint, or it")
                .append(" catches Cancelled:");
        StackTraceElement[] frames = task.stackTrace();
        for (int i = 0; i < Math.min(frames.length, SHOWN_FRAMES); i++)
            text.append("\n\tat ").append(frames[i]);
        return text.toString();
    }

    void cancellationSwallowed(Task<?> task, Cancelled cancelled) {
        if (!all.isEmpty()) tell(instrument -> instrument.cancellationSwallowed(task, cancelled));
    }

    /// Throws nothing, since it is told while something ends: what there is no space to tell is lost.
    void errorDropped(Task<?> task, Throwable error) {
        try {
            log("In task '".concat(task.path()).concat("' an error has no other place to go"), error);
            if (!all.isEmpty()) tell(instrument -> instrument.errorDropped(task, error));
        } catch (VirtualMachineError noSpace) {
            // there is no other place
        }
    }

    static void log(String what, Throwable error) {
        Words.log(LOG, System.Logger.Level.WARNING, what, error);
    }

    private void tell(Consumer<Instrument> event) {
        for (Instrument instrument : all) {
            try {
                event.accept(instrument);
                // Not thrown on, whatever it is: it is not the task's failure, and the task's nursery waits
                // for its end.
            } catch (Throwable e) {
                all.removeIf(each -> each == instrument);
                Words.log(LOG, System.Logger.Level.ERROR,
                        "Instrument " + Words.of(instrument) + " threw and is not called any more", e);
            }
        }
    }
}
