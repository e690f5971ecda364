package dev.structured.service.edge;

import dev.structured.service.aggregate.Downstream;
import dev.structured.service.config.IssuerConfig;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The issuers of a configuration, with their keys.
public final class Issuers {
    /// No issuers.
    public static final Issuers NONE = new Issuers(Map.of(), InstantSource.system());

    private final Map<String, Tokens> tokens;
    private final VerifiedTokens verified;

    private Issuers(Map<String, Tokens> tokens, InstantSource clock) {
        this.tokens = tokens;
        this.verified = new VerifiedTokens(clock);
    }

    /// Returns the issuers, which take over the keys of the same ones in an earlier configuration.
    ///
    /// @param downstreams all downstreams that the issuers name, by name
    /// @param background runs code as a task that outlives the request; may refuse
    /// @param nanoTime the clock of the requests
    /// @param before null for none
    public static Issuers of(Collection<IssuerConfig> issuers, Map<String, Downstream> downstreams,
            Executor background,
            LongSupplier nanoTime, @Nullable Issuers before) {
        return of(issuers, downstreams, background, nanoTime, InstantSource.system(), before);
    }

    /// @param clock the clock that tokens expire by
    static Issuers of(Collection<IssuerConfig> issuers, Map<String, Downstream> downstreams,
            Executor background, LongSupplier nanoTime, InstantSource clock, @Nullable Issuers before) {
        Map<String, Tokens> tokens = new HashMap<>();
        for (IssuerConfig issuer : issuers) {
            Downstream downstream = downstreams.get(issuer.downstream());
            if (downstream == null)
                throw new IllegalArgumentException("No downstream '" + issuer.downstream() + "'");
            Tokens old = before == null ? null : before.tokens.get(issuer.name());
            IssuerKeys keys = new IssuerKeys(issuer, downstream, background, nanoTime)
                    .after(old == null ? null : old.keys());
            tokens.put(issuer.name(), new Tokens(keys, clock));
        }
        return new Issuers(tokens, clock);
    }

    /// Returns the tokens that were verified under this configuration.
    VerifiedTokens verified() {
        return verified;
    }

    /// Returns the tokens of some issuers.
    Collection<Tokens> named(Collection<String> names) {
        return names.stream().map(tokens::get).filter(Objects::nonNull).toList();
    }
}
