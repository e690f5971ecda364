package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.util.List;

/// Who may ask for the pages of a route.
///
/// @param clients the names of the clients that may, each by its key
public record AccessConfig(
        @Key(fix = "add 'clients: [NAME]', who may ask by a key", min = "1", max = "1000", each = "client", says = "The clients that may ask, each by one of its keys.") List<String> clients) {

    public AccessConfig { clients = List.copyOf(clients); }
}
