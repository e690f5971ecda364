package dev.structured.service.check;

import dev.structured.service.config.ConnectionsConfig;
import dev.structured.service.yaml.SourceMap;

/// What must hold between the limits of connections.
record ConnectionsCheck(ConnectionsConfig connections, SourceMap places) {

    void check() {
        if (!places.isSound(connections)) return;
        Integer perAddress = connections.maxPerAddress();
        if (perAddress == null || perAddress < connections.max()) return;
        places.report(connections, "maxPerAddress", "limits nothing, since all addresses together may have "
                + connections.max() + " ('max'); lower it, or remove it");
    }
}
