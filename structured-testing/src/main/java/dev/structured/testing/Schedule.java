package dev.structured.testing;

/// Chooses the thread that goes on at each decision point. Called by the thread that has the baton.
interface Schedule {
    /// Chooses among at least two.
    ///
    /// @param step the number of the decision point
    /// @param options the threads, then the alarms that are set; the first one goes on by default
    /// @param count the number of options; the array may be longer
    /// @param goesOn true if the first option is the thread that has come to the decision point
    /// @return the index of one of the options
    int choose(long step, Actor[] options, int count, boolean goesOn);

    /// Called when there is a new thread or alarm.
    ///
    /// @param injected true for an event from outside, which may come at any moment
    default void arrived(Actor actor, long step, boolean injected) {}

    /// Called when the thread yields to others.
    default void yielded(Actor actor) {}
}
