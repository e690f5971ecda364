package dev.structured.service.client;

import org.eclipse.jetty.http.HttpFields;

/// Collects the fields of a head for HTTP/2.
final class FieldList implements FieldSink {
    private final HttpFields.Mutable fields = HttpFields.build();

    @Override
    public void field(String name, String value) {
        fields.add(name, HeadBuffer.value(value));
    }

    @Override
    public void fields(Prepared prepared) {
        prepared.fields.forEach(fields::add);
    }

    /// Returns the fields.
    HttpFields all() {
        return fields;
    }
}
