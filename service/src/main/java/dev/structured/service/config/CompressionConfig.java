package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.SizeInBytes;
import java.util.List;

/// How answers are compressed for clients that accept it.
///
/// @param encodings the encodings that an answer may have, the preferred one first; empty for none
/// @param minBytes the smallest body that is compressed
public record CompressionConfig(
        @Key(preset = "gzip", max = "3", each = "encoding", says = "The encodings that an answer may have, the preferred one first; [] for none.") List<ContentCoding> encodings,
        @Key(name = "from", type = SizeInBytes.class, preset = "1KiB", min = "0B", max = "1MiB", says = "The smallest body that is compressed; streams are always.") int minBytes) {

    /// No compression.
    public static final CompressionConfig NONE = new CompressionConfig(List.of(), 0);

    public CompressionConfig { encodings = List.copyOf(encodings); }
}
