package dev.structured.service.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;

/// Writes views as JSON.
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ObjectWriter PRETTY = MAPPER.writerWithDefaultPrettyPrinter();

    private Json() {}

    /// Returns a view as JSON for people.
    public static String pretty(Object view) {
        return write(view, PRETTY) + "\n";
    }

    /// Returns a view as JSON in one line.
    public static String line(Object view) {
        return write(view, MAPPER.writer());
    }

    private static String write(Object view, ObjectWriter writer) {
        try {
            return writer.writeValueAsString(view);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A view cannot be written", e);
        }
    }
}
