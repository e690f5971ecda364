package dev.structured.bench;

/// The figures of one fork, per operation.
///
/// @param wall in the benchmark's unit
/// @param cpu in nanoseconds, of the whole process
/// @param bytes allocated bytes; for `million`, the live bytes of the heap per child
/// @param load the machine's load average of the last minute
record Sample(double wall, double cpu, double bytes, double load) {

    /// Returns the figures per element of an operation.
    Sample each(double elements) {
        return new Sample(wall / elements, cpu / elements, bytes / elements, load);
    }
}
