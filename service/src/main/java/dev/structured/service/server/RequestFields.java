package dev.structured.service.server;

import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.edge.Headers;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;

/// The header fields of a request, as Jetty read them.
record RequestFields(HttpFields fields) implements Headers {
    @Override
    public List<String> values(String name) {
        return fields.getValuesList(name);
    }

    @Override
    public List<HeaderField> all() {
        return fields.stream().map(each -> new HeaderField(each.getName(), String.valueOf(each.getValue())))
                .toList();
    }
}
