package dev.structured.core;

/// The thread name of a task's latest child, kept for the next child: most of it is the same for all children
/// of a task, and a loop that starts many children gives them all the same name. Immutable; two threads that
/// make one at once make equal ones.
///
/// @param prefix of all children
/// @param name of the last
/// @param whole both together
record ThreadNames(String prefix, String name, String whole) {
    /// The most names of a path that are in a thread's name.
    static final int MOST_NAMES = 8;

    static ThreadNames of(String prefix, String name) {
        return new ThreadNames(prefix, name, prefix.concat(name));
    }

    ThreadNames with(String name) {
        return this.name.equals(name) ? this : of(prefix, name);
    }
}
