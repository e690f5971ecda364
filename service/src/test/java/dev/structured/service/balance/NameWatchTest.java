package dev.structured.service.balance;

import static dev.structured.service.balance.BalancerTest.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.client.NameLookup;
import dev.structured.testing.StructuredTest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;

/// The endpoints of a name, in virtual time.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NameWatchTest {
    private final Fleet fleet = new Fleet();
    private final List<InetAddress> addresses = new ArrayList<>();

    private static InetAddress address(int number) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[]{10, 0, (byte) (number >> 8), (byte) number});
    }

    private NameLookup scripted(String host) {
        return _ -> {
            if (addresses.isEmpty()) throw new UnknownHostException(host);
            return List.copyOf(addresses);
        };
    }

    @StructuredTest
    void endpoints_of_a_name_follow_its_addresses() throws Exception {
        fleet.lookup = this::scripted;
        addresses.addAll(List.of(address(1), address(2)));
        fleet.run(background -> {
            Balancer balancer = fleet.balancer(Fleet.config("dns: http://shop:80"), background);
            call(balancer.downstream(), 100);
            assertEquals(Set.of("10.0.0.1", "10.0.0.2"), fleet.counts().keySet());
            addresses.set(0, address(3));
            Checkpoints.sleep(Duration.ofSeconds(11));
            fleet.share("10.0.0.1");
            call(balancer.downstream(), 100);
            assertEquals(Set.of("10.0.0.2", "10.0.0.3"), fleet.counts().keySet());
            addresses.clear();
            Checkpoints.sleep(Duration.ofSeconds(11));
            call(balancer.downstream(), 100);
            assertEquals(Set.of("10.0.0.2", "10.0.0.3"), fleet.counts().keySet(), "what is known stays");
            assertEquals(2, fleet.open.size());
            balancer.close();
            assertEquals(List.of(), fleet.open);
        });
    }

    @StructuredTest
    void endpoint_that_is_gone_is_closed_when_its_last_call_has_ended() throws Exception {
        fleet.lookup = this::scripted;
        addresses.add(address(1));
        fleet.does("10.0.0.1", _ -> Fleet.after(60_000));
        fleet.run(background -> {
            Balancer balancer = fleet.balancer(Fleet.config("dns: http://shop:80"), background);
            Nursery.run(nursery -> {
                nursery.startSoon(
                        () -> assertEquals(200, balancer.downstream().call(Fleet.get("/")).status()));
                Checkpoints.sleep(Duration.ofSeconds(1));
                addresses.set(0, address(2));
                Checkpoints.sleep(Duration.ofSeconds(20));
                assertEquals(Set.of("10.0.0.1", "10.0.0.2"), Set.copyOf(fleet.open));
            });
            assertEquals(List.of("10.0.0.2"), fleet.open);
        });
    }

    @StructuredTest
    void name_without_addresses_fails_calls_and_is_looked_up_again_soon() throws Exception {
        fleet.lookup = this::scripted;
        fleet.run(background -> {
            Downstream downstream = fleet.balancer(Fleet.config("dns: http://shop:80"), background)
                    .downstream();
            var thrown = assertThrows(DownstreamException.class, () -> downstream.call(Fleet.get("/")));
            assertEquals(ErrorType.DNS, thrown.type());
            addresses.add(address(1));
            Checkpoints.sleep(Duration.ofMillis(1_500));
            assertEquals(200, downstream.call(Fleet.get("/")).status());
        });
    }

    @StructuredTest
    void lookup_that_hangs_holds_no_call_beyond_its_time() {
        fleet.lookup = _ -> timeout -> Timeouts.failAfter(timeout, () -> {
            Checkpoints.sleepForever();
            return List.of();
        });
        fleet.run(background -> {
            Downstream downstream = fleet.balancer(Fleet.config("dns: http://shop:80"), background)
                    .downstream();
            var scope = Timeouts.moveOnAfter(Duration.ofMillis(20), () -> downstream.call(Fleet.get("/")));
            assertTrue(scope.isCancelled());
            var thrown = assertThrows(DownstreamException.class, () -> downstream.call(Fleet.get("/")));
            assertEquals(ErrorType.DNS, thrown.type());
        });
    }

    @StructuredTest
    void next_configuration_goes_on_with_the_addresses_that_are_known() throws Exception {
        AtomicInteger lookups = new AtomicInteger();
        fleet.lookup = host -> timeout -> {
            lookups.incrementAndGet();
            return scripted(host).addresses(timeout);
        };
        for (int i = 0; i < 300; i++) addresses.add(address(i));
        fleet.run(background -> {
            Balancer first = fleet.balancer(Fleet.config("dns: http://shop:80"), background);
            call(first.downstream(), 1);
            Set<String> known = Set.copyOf(fleet.open);
            Collections.rotate(addresses, 100);
            Balancer next = fleet.balancer(Fleet.config("dns: http://shop:80", "refresh: 5s"), background,
                    first);
            first.close();
            Checkpoints.sleep(Duration.ofSeconds(1));
            assertEquals(known, Set.copyOf(fleet.open));

            addresses.clear();
            Balancer last = fleet.balancer(Fleet.config("dns: http://shop:80", "refresh: 6s"), background,
                    next);
            next.close();
            Checkpoints.sleep(Duration.ofSeconds(5));
            assertEquals(3, lookups.get(), "not each second, since addresses are known");
            last.close();
        });
    }

    /// Name servers give the addresses in another order each time.
    @StructuredTest
    void name_with_too_many_addresses_keeps_those_that_it_has() throws Exception {
        fleet.lookup = this::scripted;
        for (int i = 0; i < 300; i++) addresses.add(address(i));
        fleet.run(background -> {
            Balancer balancer = fleet.balancer(Fleet.config("dns: http://shop:80"), background);
            call(balancer.downstream(), 1);
            Set<String> first = Set.copyOf(fleet.open);
            assertEquals(256, first.size());
            Collections.rotate(addresses, 100);
            Checkpoints.sleep(Duration.ofSeconds(11));
            assertEquals(first, Set.copyOf(fleet.open));
            InetAddress gone = addresses.removeLast();
            Checkpoints.sleep(Duration.ofSeconds(11));
            assertFalse(fleet.open.contains(gone.getHostAddress()));
            assertEquals(256, fleet.open.size());
        });
    }
}
