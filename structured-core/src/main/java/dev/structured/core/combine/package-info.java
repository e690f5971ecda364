/// Results of several tasks: all of them, the first, as they come; mapping with a limit, hedging, retrying.
///
/// Start with [dev.structured.core.combine.Combine].
package dev.structured.core.combine;
