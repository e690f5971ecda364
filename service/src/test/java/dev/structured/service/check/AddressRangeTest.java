package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Addresses in a file. A short one, such as `10.1`, would be read as 10.0.0.1, and not as 10.1.0.0/16.
class AddressRangeTest {
    @ParameterizedTest
    @ValueSource(strings = {"10.1", "10.1.2", "1.2.3/24", "010.0.0.1", "167772161", "10.0.0.256",
            "10.0.0.0/33",
            "::1/129", "10.0.0.1/", ":::", "1.2.3.4.5"})
    void unclear_address_is_refused(String text) {
        for (String key : new String[]{"edge: {trustedProxies: [§%s]}", "edge: {priorityFrom: [§%s]}",
                "server: {connections: {proxyProtocol: [§%s]}}"}) {
            Mistake.isReportedAtMark(key.formatted("\"" + text + "\"") + "\n" + Mistake.GOOD,
                    "must be an address or a range of addresses");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "0.0.0.0/0", "10.0.0.0/8", "::1", "2001:db8::/32", "::ffff:10.0.0.1"})
    void address_and_range_are_good(String text) {
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml",
                "edge: {trustedProxies: [\"" + text + "\"]}\n" + Mistake.GOOD));
    }
}
