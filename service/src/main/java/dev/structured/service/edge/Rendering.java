package dev.structured.service.edge;

/// The forms in which a page can be sent, the preferred one first.
enum Rendering implements Accept.Offer {
    /// The whole page as one JSON object.
    JSON("application", "json"),
    /// One JSON object on each line, as parts arrive.
    NDJSON("application", "x-ndjson"),
    /// Server-sent events, as parts arrive.
    EVENTS("text", "event-stream");

    private final String type;
    private final String subtype;

    Rendering(String type, String subtype) {
        this.type = type;
        this.subtype = subtype;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public String subtype() {
        return subtype;
    }

    /// Returns the media type.
    String mediaType() {
        return type + "/" + subtype;
    }
}
