package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.util.List;

/// How many of some parts a page needs.
///
/// @param name its name in the file
/// @param need how many must be there
/// @param of the parts that count
/// @param rest what becomes of the others when enough are there
public record QuorumConfig(
        String name,
        @Key(fix = "add e.g. 'need: 2'", min = "1", max = "100", says = "How many must be there.") int need,
        @Key(fix = "add 'of: [PART, PART]'", min = "1", max = "100", each = "part", says = "The parts that count.") List<String> of,
        @Key(preset = "wait", says = "What becomes of the others when enough are there.") Rest rest) {

    /// What becomes of the other parts.
    public enum Rest {
        /// They are waited for.
        WAIT,
        /// They are cancelled, and missing.
        CANCEL
    }

    public QuorumConfig { of = List.copyOf(of); }
}
