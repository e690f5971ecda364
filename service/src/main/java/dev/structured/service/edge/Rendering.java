package dev.structured.service.edge;

/// The forms in which a page can be sent, the preferred one first.
public enum Rendering {
    /// The whole page at once.
    JSON("application", "json"),
    /// A JSON object a line, as parts come in.
    NDJSON("application", "x-ndjson"),
    /// Server-sent events, as parts come in.
    EVENTS("text", "event-stream");

    private final String type;
    private final String subtype;

    Rendering(String type, String subtype) {
        this.type = type;
        this.subtype = subtype;
    }

    /// Returns the first half of the media type.
    public String type() {
        return type;
    }

    /// Returns the second half of the media type.
    public String subtype() {
        return subtype;
    }

    /// Returns the media type.
    public String mediaType() {
        return type + "/" + subtype;
    }
}
