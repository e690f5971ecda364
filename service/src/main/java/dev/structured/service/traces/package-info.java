/// The spans of requests, made of what was recorded when a request ends, and sent by OpenTelemetry's SDK. The
/// only room that knows OpenTelemetry, of which nothing is loaded while no traces are sent.
@NullMarked
package dev.structured.service.traces;

import org.jspecify.annotations.NullMarked;
