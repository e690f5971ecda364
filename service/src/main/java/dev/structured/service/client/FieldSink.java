package dev.structured.service.client;

import java.util.List;
import org.eclipse.jetty.http.HttpField;

/// Takes the fields of a head, in their order.
interface FieldSink {
    /// Fields that are the same in many calls, encoded once.
    final class Prepared {
        /// Their lines in HTTP/1.1.
        final byte[] lines;
        final List<HttpField> fields;

        Prepared(List<HttpField> fields) {
            HeadBuffer buffer = new HeadBuffer(64 * fields.size());
            fields.forEach(field -> buffer.field(field.getName(), field.getValue()));
            this.lines = buffer.toByteArray();
            this.fields = List.copyOf(fields);
        }
    }

    /// Adds a field. A character that could end it, or that is no byte, becomes a space. Blanks at the
    /// ends of the value do not count.
    void field(String name, String value);

    /// Adds fields that are prepared.
    void fields(Prepared prepared);
}
