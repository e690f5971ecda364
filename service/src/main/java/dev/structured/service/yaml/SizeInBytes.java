package dev.structured.service.yaml;

/// A number of bytes, written with a unit: `64KiB`. For [Key#type()]: the component is an `int`.
public final class SizeInBytes {
    /// The type of sizes.
    public static final ValueType<Integer> TYPE = UnitNumberType.SIZE;

    private SizeInBytes() {}
}
