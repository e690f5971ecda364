package dev.structured.service.check;

import dev.structured.service.config.AccessConfig;
import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.ClientConfig;
import dev.structured.service.config.KeyHash;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.Suggestion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What must hold for clients, and for who may ask for a route.
record AccessCheck(ServiceConfig config, SourceMap places) {

    /// Checks that a key tells of one client.
    void checkClients() {
        Map<String, String> owners = new HashMap<>();
        for (ClientConfig client : config.clients().values()) {
            if (!places.isSound(client, "keys")) continue;
            for (KeyHash key : client.keys()) {
                String other = owners.putIfAbsent(key.hex(), client.name());
                if (other == null) continue;
                places.report(client, "keys", other.equals(client.name())
                        ? "has the same key twice; remove one of them"
                        : "has a key of client '" + other
                                + "', so that it could be either; give each its own");
            }
        }
    }

    void check(RouteConfig route) {
        AccessConfig access = route.access();
        if (access != null && places.isSound(access, "clients")) checkNames(access);
        BatchConfig batch = route.batch();
        if (batch == null || !places.isSound(batch, "route") || !places.isSound(route, "access")) return;
        batch.pagesOf(config.routes()).filter(places::isSound)
                .ifPresent(pages -> checkPages(route, batch, pages));
    }

    private void checkNames(AccessConfig access) {
        List<String> known = List.copyOf(config.clients().keySet());
        for (String name : access.clients()) {
            if (known.contains(name)) continue;
            places.of(access, "clients").locate(name::equals).report("names the unknown client '" + name + "'"
                    + Suggestion.hint(name, known) + " "
                    + NameMessages.known("'clients' of the file has", known));
        }
    }

    /// A batch would otherwise be a way around the access of the route whose pages it makes.
    private void checkPages(RouteConfig route, BatchConfig batch, RouteConfig pages) {
        if (Objects.equals(route.access(), pages.access())) return;
        places.report(batch, "route",
                "makes pages of a route that others may ask for than the batch; write the same"
                        + " 'access' in both");
    }
}
