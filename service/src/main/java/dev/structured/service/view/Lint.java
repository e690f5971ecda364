package dev.structured.service.view;

import org.jspecify.annotations.Nullable;

/// A finding: something in the numbers that looks wrong.
///
/// @param id names the rule, for tests and links
/// @param about the part or downstream that it is about
/// @param text the finding, in a sentence or two
/// @param count the number of times that it happened in the last two minutes
/// @param query the query of `/requests` that shows some of the requests; null if none shows it
public record Lint(String id, String about, String text, long count, @Nullable String query) {}
