/// The embedded downstreams with a chaos knob: a small HTTP server whose every connection is a task.
@NullMarked
package dev.structured.service.demo;

import org.jspecify.annotations.NullMarked;
