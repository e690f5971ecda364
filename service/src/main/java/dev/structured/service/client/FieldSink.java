package dev.structured.service.client;

import java.util.List;
import org.eclipse.jetty.http.HttpField;

/// Takes the fields of a head, in their order.
interface FieldSink {
    /// Fields that are the same for many calls, encoded once.
    ///
    /// @param bytes their lines in HTTP/1.1
    /// @param fields the fields
    record Prepared(byte[] bytes, List<HttpField> fields) {
        /// Returns the fields, prepared.
        static Prepared of(List<HttpField> fields) {
            HeadBuffer lines = new HeadBuffer(64 * fields.size());
            fields.forEach(field -> lines.field(field.getName(), field.getValue()));
            return new Prepared(lines.toByteArray(), List.copyOf(fields));
        }
    }

    /// Adds a field. A character that could end it, or that is no byte, becomes a space.
    void field(String name, String value);

    /// Adds fields that are prepared.
    void fields(Prepared prepared);
}
