package dev.structured.service.edge;

/// Events in the form that a browser's `EventSource` reads. The JSON has no line breaks, so each event has
/// one line of data.
final class ServerSentEvents {
    private ServerSentEvents() {}

    /// Returns the event as a name, a line of data and a blank line.
    static byte[] bytes(PageEvent event) {
        return JsonText.bytes("event: " + event.name() + "\ndata: ", event.data(), "\n\n");
    }
}
