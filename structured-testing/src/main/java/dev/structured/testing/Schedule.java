package dev.structured.testing;

/// Chooses the thread that goes on at each decision point. Called by the thread that has the baton.
interface Schedule {
    /// Chooses among at least two.
    ///
    /// @param step the number of the decision point
    /// @param options threads, then alarms that are set; first the one that goes on by default
    /// @param count how many options there are: the array may be longer
    /// @param goesOn true if the first option is the thread that has come to the decision point
    /// @return the index of one of the options
    int choose(long step, Actor[] options, int count, boolean goesOn);

    /// There is a new thread or alarm.
    ///
    /// @param injected true for an event from outside, which may come at any moment
    default void arrived(Actor actor, long step, boolean injected) {}

    /// The thread would rather have others go on.
    default void yielded(Actor actor) {}
}
