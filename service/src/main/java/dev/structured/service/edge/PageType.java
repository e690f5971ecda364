package dev.structured.service.edge;

import dev.structured.service.config.AnswerConfig;
import dev.structured.service.config.JsonMediaType;
import dev.structured.service.config.RouteConfig;
import java.util.ArrayList;
import java.util.List;

/// A media type of a page, and its form.
record PageType(Rendering rendering, String type, String subtype) implements Accept.Offer {
    private static final PageType JSON = of(Rendering.JSON);
    private static final List<PageType> ONLY_JSON = List.of(JSON);
    private static final List<PageType> ALL = List.of(JSON, of(Rendering.NDJSON), of(Rendering.EVENTS));

    private static PageType of(Rendering rendering) {
        return new PageType(rendering, rendering.type(), rendering.subtype());
    }

    /// Returns the types that a route offers, the preferred one first.
    static List<PageType> of(RouteConfig route) {
        AnswerConfig answer = route.answer();
        List<PageType> plain = route.batch() == null && route.mayBeStreamed() ? ALL : ONLY_JSON;
        if (answer.type().equals(JsonMediaType.JSON)) return plain;
        List<PageType> offered = new ArrayList<>();
        String[] name = answer.type().text().split("/", 2);
        offered.add(new PageType(Rendering.JSON, name[0], name[1]));
        offered.addAll(plain);
        return List.copyOf(offered);
    }

    /// Returns the media type.
    String mediaType() {
        return type + "/" + subtype;
    }

    /// Returns a whole page with this type; any other answer as it is.
    Answer on(Answer answer) {
        boolean changes = this != JSON && Rendering.JSON.mediaType().equals(answer.contentType());
        return changes ? answer.withType(mediaType()) : answer;
    }
}
