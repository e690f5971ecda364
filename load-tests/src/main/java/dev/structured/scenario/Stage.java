package dev.structured.scenario;

import java.io.IOException;

/// The setting of a scenario: the service, its downstream, the rate and the duration.
///
/// @param lazy the service, which is started when it is first asked for
/// @param rate requests a second
/// @param seconds how long each variant is measured
/// @param usual milliseconds that a call takes, for scenarios that have such a choice
record Stage(LazyService lazy, Downstream downstream, int rate, int seconds, int usual) {
    private static final int MOST_WARM_UP_SECONDS = 5;

    /// The result of one variant.
    ///
    /// @param calls the calls that the downstream received during the run
    record Played(Answers answers, int calls) {
        /// Returns the number of calls per request.
        double callsEach() {
            return (double) calls / answers.count();
        }
    }

    /// Returns the service. Starts it the first time.
    Service service() throws IOException {
        return lazy.get();
    }

    /// Returns the same setting with another rate.
    Stage at(int otherRate) {
        return new Stage(lazy, downstream, otherRate, seconds, usual);
    }

    /// Warms a variant up, and then measures it.
    ///
    /// @param path the path of its route, without the number at its end
    Played play(String path) throws Exception {
        warmUp(path);
        return measured(path);
    }

    /// Time for the JVM to compile and for the service to learn the usual latency.
    void warmUp(String path) throws Exception {
        Arrivals.send(service().url() + path, rate, Math.min(seconds, MOST_WARM_UP_SECONDS) * rate);
        downstream.awaitQuiet();
    }

    Played measured(String path) throws Exception {
        int end = path.indexOf('/', 1);
        String first = end < 0 ? path : path.substring(0, end);
        int before = downstream.calls(first);
        Answers answers = Arrivals.send(service().url() + path, rate, seconds * rate);
        downstream.awaitQuiet();
        return new Played(answers, downstream.calls(first) - before);
    }
}
