package dev.structured.core.channel;

/// Both ends of a new channel: one handle to send, one to receive.
///
/// @param sender the first sending handle
/// @param receiver the first receiving handle
/// @param <T> the items; never null
public record Channel<T>(SendChannel<T> sender, ReceiveChannel<T> receiver) {

    /// Returns the statistics of the channel at this moment. **Thread-safe.**
    public ChannelStatistics statistics() {
        return sender.statistics();
    }
}
