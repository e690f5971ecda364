package dev.structured.service.balance;

import dev.structured.service.client.NameLookup;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// What balancers need from the service.
///
/// @param background runs their watches
/// @param lookup returns the lookup of a name
/// @param observer sees what becomes of endpoints
/// @param nanoTime the scheduler's time
/// @param random where choices come from; must be safe for the threads that call
public record Surroundings(Background background, Function<String, NameLookup> lookup,
        BalanceObserver observer,
        LongSupplier nanoTime, RandomGenerator random) {}
