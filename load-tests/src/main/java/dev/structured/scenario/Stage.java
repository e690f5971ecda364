package dev.structured.scenario;

/// Where a scenario plays.
///
/// @param rate requests a second
/// @param seconds how long each variant is measured
/// @param usual how many milliseconds a call takes, where the scenario lets that be chosen
record Stage(Service service, Downstream downstream, int rate, int seconds, int usual) {
    private static final int MOST_WARM_UP_SECONDS = 5;

    /// What one variant came to.
    ///
    /// @param calls that the downstream received meanwhile
    record Played(Answers answers, int calls) {
        /// Returns the calls for each request.
        double callsEach() {
            return (double) calls / answers.count();
        }
    }

    /// Warms a variant up, and then measures it.
    ///
    /// @param path of its route, without what varies
    Played play(String path) throws Exception {
        warmUp(path);
        return measured(path);
    }

    /// The JVM compiles, and the service learns how long calls usually take.
    void warmUp(String path) throws Exception {
        Arrivals.send(service.url() + path, rate, Math.min(seconds, MOST_WARM_UP_SECONDS) * rate);
        downstream.awaitQuiet();
    }

    Played measured(String path) throws Exception {
        int end = path.indexOf('/', 1);
        String first = end < 0 ? path : path.substring(0, end);
        int before = downstream.calls(first);
        Answers answers = Arrivals.send(service.url() + path, rate, seconds * rate);
        downstream.awaitQuiet();
        return new Played(answers, downstream.calls(first) - before);
    }
}
