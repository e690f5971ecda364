/// Benchmarks of `structured-core` beside its peers. Run by `Benchmarks`; `load-tests/README.md` says how.
@org.jspecify.annotations.NullMarked
package dev.structured.bench;
