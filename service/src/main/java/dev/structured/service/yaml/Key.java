package dev.structured.service.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A key of the file, on the record component that it fills: the one place that knows its name, rule and
/// default.
///
/// Reading, messages and JSON Schema all come from here, so that they cannot disagree. A component without
/// this annotation is filled by the reader itself: a name from the mapping that the record stands in.
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Key {
    /// What the key says, as a sentence: the schema's `description`.
    String says();

    /// The key's name in the file; the component's name where this is empty.
    String name() default "";

    /// What the key has when it is not there, as one would write it; empty for none: null, an empty list or
    /// mapping, or the presets of a section.
    String preset() default "";

    /// The smallest value, as one would write it; for a list or mapping, how many entries it has at least.
    String min() default "";

    /// The largest value, as one would write it; for a list or mapping, how many entries it has at most.
    String max() default "";

    /// The class whose constant `TYPE` says how the values are written; the component's own where this is
    /// left out.
    Class<?> type() default Key.class;

    /// For a mapping: the class whose constant `TYPE` says how the names are written.
    Class<?> names() default Name.class;

    /// For a key that must be there: what to add, as an order. Empty for one that need not.
    String fix() default "";

    /// True for a list that may be written as its only element.
    boolean single() default false;

    /// For a list or a mapping: the word that messages have for one of its entries.
    String each() default "";
}
