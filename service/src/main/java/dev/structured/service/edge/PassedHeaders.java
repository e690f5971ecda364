package dev.structured.service.edge;

import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.config.HeaderPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The headers of a request that is passed on, and of the answer that is passed back: all except those that
/// [HeaderPolicy] holds back, and those that `Connection` names.
final class PassedHeaders {
    private PassedHeaders() {}

    /// Returns the fields that are passed on. Over HTTP/2 the cookies of a request may be in several fields;
    /// they are put into one (RFC 9113, 8.2.3).
    ///
    /// @param kept a name in lower case that is not passed on; empty for none
    static List<HeaderField> on(Headers request, String kept) {
        Set<String> connection = RequestHeaders.ofTheConnection(request);
        String keptAsRead = HeaderPolicy.read(kept);
        List<HeaderField> fields = new ArrayList<>();
        for (HeaderField each : request.all()) {
            String name = HeaderPolicy.read(each.name());
            boolean passed = HeaderPolicy.isPassedOn(name) && !name.equals(keptAsRead)
                    && !connection.contains(each.name().toLowerCase(Locale.ROOT));
            if (!passed) continue;
            if (name.equals("cookie")) addCookies(each, fields);
            else
                fields.add(each);
        }
        return fields;
    }

    private static void addCookies(HeaderField cookies, List<HeaderField> fields) {
        for (int i = 0; i < fields.size(); i++) {
            HeaderField before = fields.get(i);
            if (before.name().equalsIgnoreCase("Cookie")) {
                fields.set(i, new HeaderField(before.name(), before.value() + "; " + cookies.value()));
                return;
            }
        }
        fields.add(cookies);
    }

    /// Returns the fields of the answer: those that are passed back, with those of the edge in place of
    /// others with the same name.
    static List<HeaderField> back(List<HeaderField> answer, FilterContext context) {
        Map<String, String> own = context.headersWith(Map.of());
        Set<String> dropped = new HashSet<>(ofTheConnection(answer));
        for (String name : own.keySet()) {
            if (!name.equals("Vary")) dropped.add(name.toLowerCase(Locale.ROOT));
        }
        boolean cors = context.table().edge().cors() != null;
        List<HeaderField> fields = new ArrayList<>();
        for (HeaderField each : answer) {
            String name = each.name().toLowerCase(Locale.ROOT);
            boolean theirs = !cors || !name.startsWith("access-control-");
            if (theirs && HeaderPolicy.isPassedBack(name) && !dropped.contains(name)) fields.add(each);
        }
        if (context.found().served().route().access() != null) PrivateAnswer.in(fields);
        own.forEach((name, value) -> fields.add(new HeaderField(name, value)));
        return fields;
    }

    private static Set<String> ofTheConnection(List<HeaderField> answer) {
        return RequestHeaders.ofTheConnection(answer.stream()
                .filter(each -> each.name().equalsIgnoreCase("Connection")).map(HeaderField::value).toList());
    }
}
