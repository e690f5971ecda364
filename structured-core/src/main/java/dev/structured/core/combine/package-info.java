/// Combines the results of several tasks: all of them, the first, or each as it comes; mapping with a limit,
/// hedging, retrying.
///
/// Start with [dev.structured.core.combine.Combine].
package dev.structured.core.combine;
