package dev.structured.service.edge;

import dev.structured.service.config.ClientConfig;
import dev.structured.service.config.KeyHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The keys of all clients, as hashes.
///
/// A key is looked up by its hash. The time of the lookup reveals nothing about other keys, because a client
/// cannot choose how the hash of a key begins.
final class ApiKeys {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Owner(byte[] hash, String client) {}

    private final Map<ByteBuffer, Owner> owners = new HashMap<>();

    ApiKeys(Collection<ClientConfig> clients) {
        for (ClientConfig client : clients) {
            for (KeyHash key : client.keys()) {
                byte[] hash = HexFormat.of().parseHex(key.hex());
                owners.put(ByteBuffer.wrap(hash), new Owner(hash, client.name()));
            }
        }
    }

    /// Returns the name of the client that has the key; null if none has.
    @Nullable
    String client(String key) {
        byte[] hash = Sha256.of(ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)));
        Owner owner = owners.get(ByteBuffer.wrap(hash));
        return owner != null && MessageDigest.isEqual(owner.hash(), hash) ? owner.client() : null;
    }
}
