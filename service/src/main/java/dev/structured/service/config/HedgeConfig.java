package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.Shorthand;

/// Asking a second time when an answer is late, and taking the first answer.
///
/// @param after how long a call may go unanswered before it is asked again
/// @param attempts the most calls under way at once for one answer
@Shorthand("after")
public record HedgeConfig(
        @Key(preset = "p95", says = "How long a call may go unanswered: a percentile of recent answers "
                + "such as p95, or a time such as 30ms.") HedgeDelay after,
        @Key(preset = "2", min = "2", max = "5", says = "The most calls under way at once for one answer.") int attempts) {}
