package dev.structured.service.edge;

/// Events as a browser's `EventSource` reads them. JSON has no line breaks of its own, so each takes one data
/// line.
public final class ServerSentEvents {
    private ServerSentEvents() {}

    /// Returns the event as a name, a line of data and a blank line.
    public static byte[] bytes(PageEvent event) {
        return JsonText.bytes("event: " + event.name() + "\ndata: ", event.data(), "\n\n");
    }
}
