package dev.structured.service.yaml;

/// A number of bytes, which is written with a unit: `64KiB`. For [Key#type()]: the component is an `int`.
public final class SizeInBytes {
    /// How sizes are written.
    public static final ValueType<Integer> TYPE = UnitNumberType.SIZE;

    private SizeInBytes() {}
}
