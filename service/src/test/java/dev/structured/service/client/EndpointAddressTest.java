package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointAddressTest {
    @ParameterizedTest
    @CsvSource({"http://shop:8080, 10.0.3.18, 10.0.3.18:8080", "http://shop, 10.0.3.18, 10.0.3.18",
            "http://shop:8080, fd00::12, [fd00:0:0:0:0:0:0:12]:8080",
            "https://shop, fd00::12, [fd00:0:0:0:0:0:0:12]",
            "http://the_shop:8080, fd00::12, [fd00:0:0:0:0:0:0:12]:8080",
            "http://[fd00::1]:8080, , [fd00::1]:8080"})
    void address_is_written_as_in_a_URL(String url, String address, String expected) {
        InetAddress known = address == null ? null : InetAddress.ofLiteral(address);
        assertEquals(expected, new EndpointAddress(URI.create(url), known).toString());
    }
}
