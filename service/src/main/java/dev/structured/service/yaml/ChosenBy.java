package dev.structured.service.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a record of a sealed interface that is read [Flat]. The record is read if this key is in the file.
/// The records are tried in the order of their declaration; the one without this annotation is read if no
/// other is.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface ChosenBy {
    /// The key.
    String value();
}
