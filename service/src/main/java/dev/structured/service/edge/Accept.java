package dev.structured.service.edge;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Chooses a media type by the header `Accept` (RFC 9110, 12.5.1). Parameters other than `q` are ignored, and
/// so are ranges that cannot be read.
final class Accept {
    private static final int NOTHING = -1;

    /// A media type that may be chosen.
    interface Offer {
        /// Returns the first half of the media type.
        String type();

        /// Returns the second half of the media type.
        String subtype();
    }

    /// A media range.
    ///
    /// @param quality in thousandths
    private record Range(String type, String subtype, int quality) {

        /// Returns how closely it fits; negative if it does not fit.
        int closeness(Offer offer) {
            if (type.equals("*")) return 0;
            if (!type.equals(offer.type())) return NOTHING;
            if (subtype.equals("*")) return 1;
            return subtype.equals(offer.subtype()) ? 2 : NOTHING;
        }
    }

    private Accept() {}

    /// Returns the type that the client prefers; among equals, the first one offered. Empty if the client
    /// accepts none of them.
    ///
    /// @param header the values of all its `Accept` headers; none means anything
    static <T extends Offer> Optional<T> best(List<String> header, List<T> offered) {
        List<Range> ranges = header.stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .map(Accept::range)
                .flatMap(Optional::stream)
                .toList();
        if (ranges.isEmpty()) return Optional.of(offered.getFirst());
        T best = null;
        int bestQuality = 0;
        for (T offer : offered) {
            int quality = quality(offer, ranges);
            if (quality > bestQuality) {
                best = offer;
                bestQuality = quality;
            }
        }
        return Optional.ofNullable(best);
    }

    private static int quality(Offer offer, List<Range> ranges) {
        int closest = NOTHING;
        int quality = 0;
        for (Range range : ranges) {
            int closeness = range.closeness(offer);
            if (closeness > closest) {
                closest = closeness;
                quality = range.quality();
            }
        }
        return quality;
    }

    private static Optional<Range> range(String text) {
        String[] pieces = text.split(";", -1);
        String[] names = pieces[0].strip().toLowerCase(Locale.ROOT).split("/", -1);
        if (names.length != 2 || names[0].isEmpty() || names[1].isEmpty()) return Optional.empty();
        if (names[0].equals("*") && !names[1].equals("*")) return Optional.empty();
        int quality = Quality.of(pieces);
        return quality < 0 ? Optional.empty() : Optional.of(new Range(names[0], names[1], quality));
    }
}
