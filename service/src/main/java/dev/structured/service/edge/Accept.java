package dev.structured.service.edge;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Chooses a rendering by the header `Accept` (RFC 9110, 12.5.1). Parameters other than `q` are ignored, and
/// so are ranges that cannot be read.
final class Accept {
    private static final Pattern QUALITY = Pattern.compile("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?");
    private static final int NOTHING = -1;

    /// A media range.
    ///
    /// @param quality in thousandths
    private record Range(String type, String subtype, int quality) {

        /// Returns how closely it fits; negative if it does not fit.
        int closeness(Rendering rendering) {
            if (type.equals("*")) return 0;
            if (!type.equals(rendering.type())) return NOTHING;
            if (subtype.equals("*")) return 1;
            return subtype.equals(rendering.subtype()) ? 2 : NOTHING;
        }
    }

    private Accept() {}

    /// Returns the rendering that the client prefers; among equals, the first one offered. Empty if the
    /// client accepts none of them.
    ///
    /// @param header the values of all its `Accept` headers; none means anything
    static Optional<Rendering> best(List<String> header, List<Rendering> offered) {
        List<Range> ranges = header.stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .map(Accept::range)
                .flatMap(Optional::stream)
                .toList();
        if (ranges.isEmpty()) return Optional.of(offered.getFirst());
        Rendering best = null;
        int bestQuality = 0;
        for (Rendering rendering : offered) {
            int quality = quality(rendering, ranges);
            if (quality > bestQuality) {
                best = rendering;
                bestQuality = quality;
            }
        }
        return Optional.ofNullable(best);
    }

    private static int quality(Rendering rendering, List<Range> ranges) {
        int closest = NOTHING;
        int quality = 0;
        for (Range range : ranges) {
            int closeness = range.closeness(rendering);
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
        int quality = 1000;
        for (int i = 1; i < pieces.length; i++) {
            String parameter = pieces[i].strip().toLowerCase(Locale.ROOT);
            if (!parameter.startsWith("q=")) continue;
            String value = parameter.substring(2).strip();
            if (!QUALITY.matcher(value).matches()) return Optional.empty();
            quality = (int) Math.round(Double.parseDouble(value) * 1000);
        }
        return Optional.of(new Range(names[0], names[1], quality));
    }
}
