package dev.structured.service.demo;

import dev.structured.service.demo.Action.Answer;
import java.time.Duration;
import java.util.List;

/// Turns an answer into a fault, as the query parameter `chaos=reviews:hang,stock:500,price:slow=300` says.
///
/// Every downstream reads the whole parameter and applies the entries that name the downstream or its part.
/// If any entry is invalid, all downstreams refuse the request, so that a typing error does not look like a
/// healthy page.
final class Chaos {
    static final String KINDS = "hang, slow=MILLIS, drip, reset, refuse, badjson, huge, truncated,"
            + " or a status from 400 to 599";

    private static final Duration DRIP = Duration.ofMillis(100);
    private static final int SLOWEST_MILLIS = 60_000;
    private static final int MAX_LENGTH = 1_000;

    private Chaos() {}

    /// Returns the action that takes the answer's place, or the answer itself.
    ///
    /// @param specs the values of the parameter
    /// @param downstream the downstream that is asked
    /// @throws IllegalArgumentException if an entry is invalid; the message is for the user
    static Action apply(List<String> specs, DemoDownstream downstream, Answer answer) {
        Action action = answer;
        for (String spec : specs) {
            if (spec.length() > MAX_LENGTH)
                throw new IllegalArgumentException("chaos is longer than " + MAX_LENGTH);
            for (String entry : spec.split(",", -1)) {
                int colon = entry.indexOf(':');
                if (colon < 0) throw notUnderstood(entry, "it is not PART:KIND");
                DemoDownstream named = DemoDownstream.find(entry.substring(0, colon));
                if (named == null) throw notUnderstood(entry, "the parts are " + DemoDownstream.partNames());
                Action changed = of(entry, entry.substring(colon + 1), answer);
                if (named.equals(downstream)) action = changed;
            }
        }
        return action;
    }

    /// Returns the fault of the given kind.
    ///
    /// @param answer the answer that the downstream would have given
    /// @throws IllegalArgumentException if there is no such kind; the message is for the user
    static Action of(String kind, Answer answer) {
        return of(kind, kind, answer);
    }

    private static Action of(String entry, String kind, Answer answer) {
        return switch (kind) {
            case "hang" -> Faults.hang();
            case "drip" -> Faults.drip(answer, DRIP);
            case "reset" -> Faults.reset();
            case "refuse" -> Faults.close();
            case "badjson" -> Faults.badJson();
            case "huge" -> Faults.hugeBody();
            case "truncated" -> Faults.truncated(answer);
            default ->
                kind.startsWith("slow=") ? slow(entry, kind.substring(5), answer) : status(entry, kind);
        };
    }

    private static Action slow(String entry, String millis, Answer answer) {
        if (!millis.matches("\\d{1,5}") || Integer.parseInt(millis) > SLOWEST_MILLIS) {
            throw notUnderstood(entry, "slow= takes milliseconds from 0 to " + SLOWEST_MILLIS);
        }
        return new Action.Delayed(Duration.ofMillis(Integer.parseInt(millis)), answer);
    }

    private static Action status(String entry, String status) {
        if (!status.matches("[45]\\d\\d")) throw notUnderstood(entry, "the kinds are " + KINDS);
        return DemoDownstream.error(Integer.parseInt(status), "as the chaos parameter asked");
    }

    private static IllegalArgumentException notUnderstood(String entry, String why) {
        return new IllegalArgumentException("chaos entry '" + entry + "' is not understood: " + why);
    }
}
