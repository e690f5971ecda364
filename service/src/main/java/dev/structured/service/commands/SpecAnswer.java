package dev.structured.service.commands;

import dev.structured.service.yaml.Key;
import org.jspecify.annotations.Nullable;

/// What a downstream does with a call: answers, fails, or never answers. Exactly one of the three.
///
/// @param when the calls that it is for; null for all
/// @param times how many calls it is for; null for any number
public record SpecAnswer(
        @Key(says = "The calls that it is for; for all, unless said.") @Nullable SpecWhen when,
        @Key(says = "What the downstream answers.") @Nullable SpecReply reply,
        @Key(preset = "false", says = "Whether the downstream never answers.") boolean hang,
        @Key(says = "How the call fails.") @Nullable SpecError error,
        @Key(min = "1", max = "1000000", says = "For how many calls it is; for any number, unless said.") @Nullable Integer times) {}
