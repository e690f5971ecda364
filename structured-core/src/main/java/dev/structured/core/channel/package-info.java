/// Channels, by which tasks hand values to each other: sending and receiving handles that are closed one by
/// one, waiting for the first of several events, one stream for many readers, and generators whose cleanup is
/// never late.
///
/// Start with [dev.structured.core.channel.Channels].
package dev.structured.core.channel;
