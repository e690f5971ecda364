package dev.structured.service.check;

import dev.structured.service.config.AccessConfig;
import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.ClientConfig;
import dev.structured.service.config.EdgeConfig;
import dev.structured.service.config.HeaderPolicy;
import dev.structured.service.config.IssuerConfig;
import dev.structured.service.config.KeyHash;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.Suggestion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What must hold for clients, and for who may ask for a route.
record AccessCheck(ServiceConfig config, SourceMap places) {

    /// Checks that a key tells of one client, in a header of its own.
    void checkClients() {
        EdgeConfig edge = config.edge();
        String header = edge.apiKeyHeader();
        if (places.isSound(edge, "apiKeyHeader") && !HeaderPolicy.mayHaveKey(header)) {
            places.report(edge, "apiKeyHeader", "is '" + header
                    + "', which has a meaning of its own; name a header for keys only, such as x-api-key");
        }
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

    /// Checks that the keys of each issuer can be asked for, and that a token tells of one issuer.
    void checkIssuers() {
        Map<String, String> names = new HashMap<>();
        Set<String> known = config.downstreams().keySet();
        for (IssuerConfig issuer : config.issuers().values()) {
            if (!places.isSound(issuer)) continue;
            if (places.isSound(issuer, "from") && !known.isEmpty() && !known.contains(issuer.downstream())) {
                places.report(issuer, "from", NameMessages.unknownDownstream(issuer.downstream(), known));
            }
            if (places.isSound(issuer, "path") && !issuer.path().variables().isEmpty()) {
                places.report(issuer, "path",
                        "has a variable, but an issuer's keys are the same for every request");
            }
            String other = names.putIfAbsent(issuer.issuer(), issuer.name());
            if (other == null || !places.isSound(issuer, "issuer")) continue;
            places.report(issuer, "issuer", "is that of issuer '" + other + "' too; name each once");
        }
    }

    void check(RouteConfig route) {
        AccessConfig access = route.access();
        if (access != null && places.isSound(access, "clients", "issuers")) check(route, access);
        BatchConfig batch = route.batch();
        if (batch == null || !places.isSound(batch, "route") || !places.isSound(route, "access")) return;
        batch.pagesOf(config.routes()).filter(places::isSound)
                .ifPresent(pages -> checkPages(route, batch, pages));
    }

    private void check(RouteConfig route, AccessConfig access) {
        if (access.clients().isEmpty() && access.issuers().isEmpty()) {
            places.report(route, "access",
                    "must say who may ask; add 'clients: [NAME]' or 'issuers: [NAME]'");
        }
        checkNames(access, "clients", access.clients(), config.clients().keySet());
        checkNames(access, "issuers", access.issuers(), config.issuers().keySet());
        for (String key : List.of("scopes", "claims")) {
            if (!places.has(access, key) || !access.issuers().isEmpty()) continue;
            places.report(access, key,
                    "is for tokens, but the route takes none; add 'issuers: [NAME]', or remove it");
        }
    }

    private void checkNames(AccessConfig access, String key, List<String> names, Set<String> known) {
        for (String name : names) {
            if (known.contains(name)) continue;
            places.of(access, key).locate(name::equals).report("names the unknown "
                    + key.substring(0, key.length() - 1) + " '" + name + "'" + Suggestion.hint(name, known)
                    + " "
                    + NameMessages.known("'" + key + "' of the file has", known));
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
