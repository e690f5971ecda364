package dev.structured.bench;

/// What one fork has measured, an operation each.
///
/// @param wall in the benchmark's unit
/// @param cpu in nanoseconds, of the whole process
/// @param bytes allocated; for a million children, that live on the heap a child
/// @param load the machine's load average of the last minute
record Sample(double wall, double cpu, double bytes, double load) {

    /// Returns it for each of the elements that an operation has.
    Sample each(double elements) {
        return new Sample(wall / elements, cpu / elements, bytes / elements, load);
    }
}
