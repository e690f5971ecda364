package dev.structured.service.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// On a record of a list: messages name it by the value of this key, `route '/products/{id}'`, not by its
/// number.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface KnownBy {
    /// The key.
    String value();
}
