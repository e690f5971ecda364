package dev.structured.service.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ReadinessTest {

    private final Readiness readiness = new Readiness();

    @Test
    void service_starts_becomes_ready_and_drains() {
        assertEquals(Readiness.State.STARTING, readiness.state());
        readiness.ready();
        assertEquals(Readiness.State.READY, readiness.state());
        readiness.draining();
        assertEquals(Readiness.State.DRAINING, readiness.state());
    }

    @Test
    void draining_service_never_becomes_ready_again() {
        readiness.draining();
        readiness.ready();
        assertEquals(Readiness.State.DRAINING, readiness.state());
    }
}
