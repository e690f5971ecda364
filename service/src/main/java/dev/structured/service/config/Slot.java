package dev.structured.service.config;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A component of a record that is filled from the file, as reflection sees it. Looked up once for each record type:
/// reflection reads annotations anew each time that it is asked.
///
/// @param name its key in the file; the component's name where it has none
/// @param key null for a component that the reader fills itself
/// @param generic its type, with the types of elements
/// @param nullable whether it may be null
record Slot(String name, @Nullable Key key, Class<?> type, Type generic, boolean nullable) {
    private static final ClassValue<List<Slot>> OF_RECORDS = new ClassValue<>() {
        @Override
        protected List<Slot> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents()).map(Slot::of).toList();
        }
    };

    /// Returns the components of a record, in its order.
    static List<Slot> of(Class<? extends Record> type) {
        return OF_RECORDS.get(type);
    }

    private static Slot of(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        String name = key == null || key.name().isEmpty() ? component.getName() : key.name();
        return new Slot(name, key, component.getType(), component.getGenericType(),
                component.getAnnotatedType().isAnnotationPresent(Nullable.class));
    }
}
