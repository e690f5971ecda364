package dev.structured.service.server;

import dev.structured.service.config.ConnectionsConfig;
import dev.structured.service.config.TransferConfig;
import java.net.InetAddress;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// The rules of a listener for its clients.
///
/// @param transfer the pace that they must keep
/// @param connections the limits of their connections
/// @param exempt the addresses that may have any number of them
/// @param shortOfMemory true while slow readers should make room for others
/// @param observer observes the connections
/// @param nanoTime the real time, by which clients are judged to be slow
public record ListenerRules(TransferConfig transfer, ConnectionsConfig connections,
        Predicate<InetAddress> exempt, BooleanSupplier shortOfMemory, ConnectionObserver observer,
        LongSupplier nanoTime) {}
