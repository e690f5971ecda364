/// Checks for Error Prone that find misuse of `structured-core` while code is compiled.
@org.jspecify.annotations.NullMarked
package dev.structured.errorprone;
