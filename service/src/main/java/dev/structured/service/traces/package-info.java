/// The spans of requests, made from a request's record at its end, and sent by OpenTelemetry's SDK. The only
/// room that uses OpenTelemetry, whose classes are not loaded while no traces are sent.
@NullMarked
package dev.structured.service.traces;

import org.jspecify.annotations.NullMarked;
