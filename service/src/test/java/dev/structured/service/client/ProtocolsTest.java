package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.DownstreamConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProtocolsTest {
    private static final DownstreamConfig CONFIG = DownstreamText.read("shop");

    private final List<String> events = new ArrayList<>();
    private final Protocols protocols = Protocols.of(new Fake("one"), new Fake("two"));

    private final class Fake implements Protocol {
        private final String scheme;

        Fake(String scheme) {
            this.scheme = scheme;
        }

        @Override
        public boolean speaks(URI url) {
            return scheme.equals(url.getScheme());
        }

        @Override
        public OpenedDownstream open(DownstreamConfig config, EndpointAddress endpoint,
                CallObserver observer) {
            events.add(scheme + " opens " + config.name());
            return new OpenedDownstream() {
                @Override
                public Reply call(Call call) {
                    throw new AssertionError("nothing is called here");
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public List<OpenConnections> openConnections() {
            return List.of(new OpenConnections("shop", scheme, 1, 2, 3));
        }

        @Override
        public List<OpenedConnections> openedConnections() {
            return List.of(new OpenedConnections("shop", scheme, 1, "needed", 4));
        }

        @Override
        public void close() {
            events.add(scheme + " closes");
        }
    }

    @Test
    void downstream_is_opened_by_the_protocol_that_speaks_to_its_URL() {
        protocols.open(CONFIG, URI.create("two://shop"), CallObserver.NONE);
        assertEquals(List.of("two opens shop"), events);
        assertTrue(protocols.speaks(URI.create("one://shop")));
    }

    @Test
    void URL_that_no_protocol_speaks_to_is_refused() {
        URI url = URI.create("three://shop");
        assertFalse(protocols.speaks(url));
        var error = assertThrows(IllegalArgumentException.class,
                () -> protocols.open(CONFIG, url, CallObserver.NONE));
        assertTrue(error.getMessage().contains("three://shop"), error::getMessage);
    }

    @Test
    void connections_of_all_are_counted_and_all_are_closed() {
        assertEquals(List.of("one", "two"),
                protocols.openConnections().stream().map(OpenConnections::address).toList());
        protocols.close();
        assertEquals(List.of("one closes", "two closes"), events);
    }
}
