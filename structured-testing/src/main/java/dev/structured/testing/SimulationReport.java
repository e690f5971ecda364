package dev.structured.testing;

/// What a simulation did, over all its seeds.
///
/// @param seeds how many times the body ran
/// @param decisions at how many points the schedule chose who goes on
/// @param switches how often that was not the thread that would have gone on by itself
/// @param schedules how many different orders there were
public record SimulationReport(long seeds, long decisions, long switches, long schedules) {}
