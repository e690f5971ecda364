package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;
import dev.structured.service.yaml.Key;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// What each call tells a downstream of the request that it is made for, and of the service.
///
/// @param trace what becomes of the client's trace
/// @param forwarded how the client's address is told
/// @param via whether calls have a `Via`
/// @param priority whether calls have the priority of their request
/// @param userAgent whether calls have the service's `User-Agent`
public record SendConfig(
        @Key(preset = "off", says = "The client's trace (traceparent, tracestate): not sent (off), sent on (pass), or begun "
                + "where the client has none (start). Where the service makes traces itself, pass and start "
                + "name the span of the attempt.") Trace trace,
        @Key(preset = "off", says = "How the client's address, host and scheme are told: not at all, by Forwarded, or by X-Forwarded-For, -Host and -Proto. What the client says of itself there is not sent.") Forwarded forwarded,
        @Key(preset = "false", says = "Whether calls have 'Via: 1.1 structured'.") boolean via,
        @Key(preset = "true", says = "Whether calls have the service's User-Agent; a part's own headers replace it.") boolean userAgent,
        @Key(preset = "false", says = "Whether calls tell the priority of their request: Priority: u=1 (critical), 3, 5 or 7 "
                + "(bulk).") boolean priority) {

    /// What a downstream without `send:` gets.
    public static final SendConfig DEFAULT = new SendConfig(Trace.OFF, Forwarded.OFF, false, true, false);

    /// What becomes of the client's trace.
    public enum Trace {
        /// It ends here.
        OFF,
        /// It goes on, if the client has one.
        PASS,
        /// It goes on, or one begins.
        START;

        /// How they are written.
        public static final ChoiceType<Trace> TYPE = ChoiceType.of(Trace.class);
    }

    /// The headers that tell where a request came from.
    public enum Forwarded {
        /// None.
        OFF,
        /// RFC 7239.
        FORWARDED,
        /// What there was before it.
        X_FORWARDED;

        /// How they are written.
        public static final ChoiceType<Forwarded> TYPE = ChoiceType.of(Forwarded.class,
                each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /// Returns the names of the headers that are set by this, in lower case. Neither a client nor a part can
    /// set them.
    public Set<String> names() {
        Set<String> names = new HashSet<>();
        if (trace != Trace.OFF) names.addAll(Set.of("traceparent", "tracestate"));
        if (via) names.add("via");
        if (priority) names.add("priority");
        switch (forwarded) {
            case OFF -> {
                // none
            }
            case FORWARDED -> names.add("forwarded");
            case X_FORWARDED ->
                names.addAll(Set.of("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"));
        }
        return names;
    }
}
