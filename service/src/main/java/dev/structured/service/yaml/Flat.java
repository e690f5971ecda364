package dev.structured.service.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a component whose type is a record, or a sealed interface of records. Its keys are among those of
/// the enclosing record, not in a section of their own. [ChosenBy] selects the record of a sealed interface.
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Flat {
}
