package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.util.List;

/// The number of some parts that a page needs.
///
/// @param name its name in the file
/// @param need the number of parts that must be present
/// @param of the parts that count
/// @param rest the fate of the other parts once enough are present
public record QuorumConfig(
        String name,
        @Key(fix = "add e.g. 'need: 2'", min = "1", max = "100", says = "The number of parts that must be present.") int need,
        @Key(fix = "add 'of: [PART, PART]'", min = "1", max = "100", each = "part", says = "The parts that count.") List<String> of,
        @Key(preset = "wait", says = "The fate of the other parts once enough are present.") Rest rest) {

    /// The fate of the other parts.
    public enum Rest {
        /// The page waits for them.
        WAIT,
        /// They are cancelled and missing.
        CANCEL
    }

    public QuorumConfig { of = List.copyOf(of); }
}
