package dev.structured.service.ops;

/// The configuration in tests that never ask for it: each method fails, so that a test which asks
/// nevertheless notices.
final class NoConfig implements ConfigControl {
    @Override
    public Status status() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String openApi() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Change reload(String cause, boolean dryRun) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Change rollback() {
        throw new UnsupportedOperationException();
    }
}
