/// The configuration as records: downstreams, routes and their parts, and the types of their values.
@NullMarked
package dev.structured.service.config;

import org.jspecify.annotations.NullMarked;
