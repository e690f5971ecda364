package dev.structured.service.ops;

/// A configuration that is neither shown nor changed.
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
