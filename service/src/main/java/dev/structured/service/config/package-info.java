/// The declarative routes as records, and reading them from a file with errors that name line and fix.
@NullMarked
package dev.structured.service.config;

import org.jspecify.annotations.NullMarked;
