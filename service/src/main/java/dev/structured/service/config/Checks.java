package dev.structured.service.config;

/// What must hold between the keys of a file.
record Checks(ServiceConfig config, Places places) {
    void run() {}
}
