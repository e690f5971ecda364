package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.LocationTemplate;
import dev.structured.service.config.Variable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Writes the header `Location` of a page.
///
/// Values in a path are percent-encoded, so that none can lead to another host. A whole address is taken as
/// the downstream wrote it, if it is an HTTP address or a path.
record LocationWriter(LocationTemplate template) {
    private static final String LOCATION = "location";
    /// The characters of RFC 3986, without those that browsers read as slashes.
    private static final Pattern ADDRESS = Pattern
            .compile("(?:https?://[A-Za-z0-9.-]|/)[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]{0,4000}");

    /// Returns the outcome with the header; a failed outcome if one of the header's values cannot be used.
    ///
    /// @param sent the values that the client sent, by the first word of a variable
    /// @param results the results of all parts, by name
    Outcome addTo(Outcome outcome, Map<String, JsonNode> sent, Map<String, PartResult> results) {
        Map<String, JsonNode> values = new HashMap<>();
        results.forEach((name, result) -> {
            if (result instanceof PartResult.Present present) values.put(name, present.value());
        });
        try {
            String location = write(new Bindings(sent, values, null));
            return switch (outcome) {
                case Outcome.Complete(ObjectNode page, Map<String, String> headers, Freshness freshness) ->
                    new Outcome.Complete(page, with(location, headers), freshness);
                case Outcome.Partial partial ->
                    new Outcome.Partial(partial.page(), partial.missing(), with(location, partial.headers()));
                case Outcome.Failed _,Outcome.Batch _ -> outcome;
            };
        } catch (UnusableValueException e) {
            PartFailure failure = new PartFailure(blamed(), null, e.type(), null, e.detail());
            return new Outcome.Failed(failure, e.type().status());
        }
    }

    private String write(Bindings bindings) throws UnusableValueException {
        Variable whole = template.whole();
        if (whole == null) return template.origin() + PathWriter.write(template.pieces(), bindings);
        String address = bindings.text(whole);
        if (ADDRESS.matcher(address).matches() && !address.startsWith("//")) return address;
        throw bindings.unusable(whole, "is neither an HTTP address nor a path");
    }

    private String blamed() {
        List<Variable> variables = template.variables();
        return variables.isEmpty() ? LOCATION : variables.getFirst().name();
    }

    private static Map<String, String> with(String location, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put(LOCATION, location);
        return all;
    }
}
