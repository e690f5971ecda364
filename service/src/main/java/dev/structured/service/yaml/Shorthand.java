package dev.structured.service.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// On a record of the file that may be written as a single value, which then stands for one key: `id:
/// integer` for `id: {type: integer}`.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Shorthand {
    /// The key that the single value stands for.
    String value();
}
