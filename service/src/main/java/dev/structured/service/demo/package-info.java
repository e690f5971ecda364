/// The demo downstreams, with faults on request: a small HTTP server that runs each connection as a task.
@NullMarked
package dev.structured.service.demo;

import org.jspecify.annotations.NullMarked;
