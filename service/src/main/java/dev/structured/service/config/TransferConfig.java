package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.SizeInBytes;
import java.time.Duration;

/// How fast clients must send their requests and read their answers. Time in which the service itself stood
/// still does not count.
///
/// @param headTimeout from the accept of a connection, or the first byte of a later request, to the end of
///     the request's head
/// @param bodyTimeout from the end of a request's head to the end of its body
/// @param answerTimeout the longest time that a piece of an answer may wait for its reader
/// @param minRateBytes the fewest bytes a second, of a body that arrives and of an answer that is read
/// @param rateWindow the time over which the rate is measured
/// @param maxUnsentBytes the most bytes of all answers that are made or wait for their readers
public record TransferConfig(
        @Key(preset = "10s", min = "1s", max = "10min", says = "The longest time from the accept of a connection, or from the first byte of a later "
                + "request, to the end of the request's head.") Duration headTimeout,
        @Key(preset = "30s", min = "1s", max = "10min", says = "The longest time from the end of a request's head to the end of its body.") Duration bodyTimeout,
        @Key(preset = "2min", min = "1s", max = "60min", says = "The longest time that a page, or a piece of a streamed one, may take to be read.") Duration answerTimeout,
        @Key(name = "minRate", type = SizeInBytes.class, preset = "256B", min = "0B", max = "1MiB", says = "The fewest bytes a second of a body that arrives, and of an answer that is read; 0B for "
                + "no such rule.") int minRateBytes,
        @Key(preset = "5s", min = "1s", max = "60s", says = "The time over which 'minRate' is measured.") Duration rateWindow,
        @Key(name = "maxUnsent", type = SizeInBytes.class, preset = "64MiB", min = "1MiB", max = "2047MiB", says = "The most bytes of all answers together that are made or wait for their readers; beyond it, "
                + "requests are answered 503.") int maxUnsentBytes) {}
