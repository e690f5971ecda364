package dev.structured.service.yaml;

/// A text, number or boolean that is read by its characters alone. For [Key#type()], where the component is a
/// `String`, and for [Key#names()].
public final class AnyScalar {
    /// The type of such values.
    public static final ScalarType<String> TYPE = ScalarType.anything(text -> text);

    private AnyScalar() {}
}
