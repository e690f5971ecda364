package dev.structured.service.record;

/// A route in the last ten seconds that are over.
///
/// @param requests the requests that ended
/// @param partial those whose page lacked optional parts
/// @param failed those that were answered 500 or more
/// @param shed the attempts of their calls that were refused without asking the downstream
/// @param p50 the median latency of the requests in milliseconds; 0 without requests
/// @param p99 the latency that one in a hundred exceeds
public record RouteSum(String route, int requests, int partial, int failed, int shed, double p50,
        double p99) {}
