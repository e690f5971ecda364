package dev.structured.service.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A key of the file, declared on the record component that it fills. Its name, rule and default are declared
/// nowhere else.
///
/// Reading, messages and the JSON Schema all use it, so that they cannot disagree. A component without this
/// annotation is a name: the reader fills it with the record's key in the enclosing mapping.
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Key {
    /// The description of the key, as a sentence; shown by the schema and the tables of keys.
    String says();

    /// The key's name in the file; the component's name where this is empty.
    String name() default "";

    /// The value if the key is missing, as it would be written. Empty for null, an empty list or mapping, or
    /// the presets of a section.
    String preset() default "";

    /// The smallest value, as it would be written; for a list or mapping, the least number of entries.
    String min() default "";

    /// The largest value, as it would be written; for a list or mapping, the greatest number of entries.
    String max() default "";

    /// The class whose constant `TYPE` is the type of the values; by default the component's class.
    Class<?> type() default Key.class;

    /// The names that other programs have for it, with spaces. A file with one of them is told this key's
    /// name.
    String elsewhere() default "";

    /// For a mapping: the class whose constant `TYPE` is the type of the names.
    Class<?> names() default Name.class;

    /// For a required key: the fix to suggest if it is missing, as an order. Empty for an optional key.
    String fix() default "";

    /// True for a key whose value `defaults` may give to all records of its kind.
    boolean inDefaults() default false;

    /// True for a list that may be written as a single element.
    boolean single() default false;

    /// For a list or a mapping: the word for an entry in messages.
    String each() default "";
}
