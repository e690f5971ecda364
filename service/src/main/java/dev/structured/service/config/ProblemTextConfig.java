package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import org.jspecify.annotations.Nullable;

/// The texts of a problem. What is null stays as the service has it.
///
/// @param title the kind of problem, in words
/// @param detail what to do about it
/// @param type a URI that names the kind of problem
public record ProblemTextConfig(
        @Key(says = "The kind of problem, in words.") @Nullable String title,
        @Key(says = "What has happened, and what to do about it; the same every time.") @Nullable String detail,
        @Key(type = ProblemUri.class, says = "The URI that names the kind of problem, in place of 'types' and the name.") @Nullable String type) {}
