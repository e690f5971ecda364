package dev.structured.service.balance;

import dev.structured.service.client.NameLookup;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// The objects that balancers need from the service.
///
/// @param background runs their watches
/// @param lookup returns the lookup of a name
/// @param observer observes the endpoints
/// @param nanoTime the scheduler's time
/// @param random the source of choices; must be thread-safe
public record Surroundings(Background background, Function<String, NameLookup> lookup,
        BalanceObserver observer,
        LongSupplier nanoTime, RandomGenerator random) {}
