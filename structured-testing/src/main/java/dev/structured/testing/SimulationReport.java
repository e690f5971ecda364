package dev.structured.testing;

/// The statistics of a simulation, over all its seeds.
///
/// @param seeds the number of times that the body ran
/// @param decisions the number of points at which the schedule chose a thread
/// @param switches the number of times that it chose a thread other than the running one
/// @param schedules the number of different orders
public record SimulationReport(long seeds, long decisions, long switches, long schedules) {}
