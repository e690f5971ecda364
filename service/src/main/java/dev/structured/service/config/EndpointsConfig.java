package dev.structured.service.config;

import dev.structured.service.yaml.ChosenBy;
import dev.structured.service.yaml.Flat;
import dev.structured.service.yaml.Key;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a downstream listens: at one URL, at several, or at all addresses of a name.
public sealed interface EndpointsConfig {
    /// What to add where there is no URL.
    String URL_FIX = "add 'url: http://host:port', or demo:NAME for an embedded demo; or 'urls' or 'dns' for "
            + "several endpoints";

    /// Returns the URLs that stand in the file; empty only if none of them can be read.
    List<URI> urls();

    /// Returns how calls are shared out; null if there is one endpoint.
    @Nullable
    BalanceConfig balance();

    /// Returns true if both name a URL in common: they are then the same downstream, of which the same is
    /// known.
    default boolean overlaps(EndpointsConfig other) {
        return urls().stream().anyMatch(other.urls()::contains);
    }

    /// Several endpoints, each with a URL of its own.
    ///
    /// @param urls two or more, all different
    /// @param balance how calls are shared out
    @ChosenBy("urls")
    record Listed(
            @Key(type = DownstreamUrl.class, fix = "add 'urls: [...]'", min = "2", max = "50", each = "URL", says = "Where it listens if it has several endpoints, which all give the same answers: "
                    + "two URLs or more.") List<URI> urls,
            @Flat BalanceConfig balance)
            implements
                EndpointsConfig {
        public Listed { urls = List.copyOf(urls); }
    }

    /// All addresses of a name, each of which is an endpoint.
    ///
    /// @param dns the URL with the name
    /// @param refresh how often the name is looked up
    /// @param balance how calls are shared out
    @ChosenBy("dns")
    record Resolved(
            @Key(type = NamedUrl.class, fix = "add e.g. 'dns: http://name:port'", says = "A URL whose host is a name: each address that the name has is an endpoint.") URI dns,
            @Key(preset = "10s", min = "1s", max = "10min", says = "How often the name of 'dns' is looked up.") Duration refresh,
            @Flat BalanceConfig balance)
            implements
                EndpointsConfig {
        @Override
        public List<URI> urls() {
            return List.of(dns);
        }
    }

    /// One endpoint.
    ///
    /// @param url `http://host:port` or `https://host:port`, perhaps with a path that all calls begin with;
    ///     or `demo:NAME` for an embedded demo downstream
    record Single(
            @Key(type = DownstreamUrl.class, fix = URL_FIX, says = "Where it listens: http://host:port or https://host:port, perhaps with a path before "
                    + "those of the parts; or demo:NAME for an embedded demo.") URI url)
            implements
                EndpointsConfig {
        @Override
        public List<URI> urls() {
            return List.of(url);
        }

        @Override
        public @Nullable BalanceConfig balance() {
            return null;
        }
    }
}
