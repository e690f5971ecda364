/// Channels: how tasks hand values to each other. Sending and receiving handles that are closed one by one,
/// choosing among several things that may happen, one stream for many readers, and generators whose cleanup
/// is never late.
///
/// Start with [dev.structured.core.channel.Channels].
package dev.structured.core.channel;
