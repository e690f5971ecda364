package dev.structured.service.yaml;

/// A text, number or boolean of which only the characters count. For [Key#type()], where the component is a
/// `String`, and for [Key#names()].
public final class AnyScalar {
    /// How such values are written.
    public static final ScalarType<String> TYPE = ScalarType.anything(text -> text);

    private AnyScalar() {}
}
