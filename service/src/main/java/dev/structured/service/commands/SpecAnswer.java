package dev.structured.service.commands;

import dev.structured.service.yaml.Key;
import org.jspecify.annotations.Nullable;

/// The reaction of a downstream to a call: it answers, fails, or never answers. Exactly one of `reply`,
/// `hang` and `error` is set.
///
/// @param when the calls that this entry matches; null for all
/// @param reply the answer; null if there is none
/// @param hang true if the downstream never answers
/// @param error the failure; null if there is none
/// @param times the number of calls that this entry is used for; null for any number
public record SpecAnswer(
        @Key(says = "The calls that this entry matches; by default, all.") @Nullable SpecWhen when,
        @Key(says = "The downstream's answer.") @Nullable SpecReply reply,
        @Key(preset = "false", says = "Whether the downstream never answers.") boolean hang,
        @Key(says = "The failure of the call.") @Nullable SpecError error,
        @Key(min = "1", max = "1000000", says = "The number of calls that it is for; by default, any.") //
        @Nullable Integer times) {}
