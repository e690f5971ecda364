/// Scenarios: the effect of a feature of the service when a downstream is in trouble, with it and without it,
/// over real HTTP. Run by `Scenarios`; `load-tests/README.md` says how.
@org.jspecify.annotations.NullMarked
package dev.structured.scenario;
