package dev.structured.service.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// On a component whose type is a record, or a sealed interface of records: its keys stand among those of the
/// record that has the component, not in a section of their own. The records [ChosenBy] a key say which one a
/// sealed interface stands for.
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Flat {
}
