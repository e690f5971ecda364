package dev.structured.core;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// The instruments of one scheduler. One that throws is logged and dropped; the others, and the tasks, go on.
final class Instruments {
    private static final System.Logger LOG = System.getLogger(Instrument.class.getName());

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
        if (!all.isEmpty()) tell(instrument -> instrument.taskStuck(task, nanos));
    }

    void cancellationSwallowed(Task<?> task, Cancelled cancelled) {
        if (!all.isEmpty()) tell(instrument -> instrument.cancellationSwallowed(task, cancelled));
    }

    void errorDropped(Task<?> task, Throwable error) {
        Words.log(LOG, System.Logger.Level.WARNING, "Task '" + task.path()
                + "' was being left, and this error has no other place to go", error);
        if (!all.isEmpty()) tell(instrument -> instrument.errorDropped(task, error));
    }

    private void tell(Consumer<Instrument> event) {
        for (Instrument instrument : all) {
            try {
                event.accept(instrument);
                // Whatever it is, it is not the task's: that one's nursery is waiting for its end.
            } catch (Throwable e) {
                all.removeIf(each -> each == instrument);
                Words.log(LOG, System.Logger.Level.ERROR,
                        "Instrument " + Words.of(instrument) + " threw and is not called any more", e);
            }
        }
    }
}
