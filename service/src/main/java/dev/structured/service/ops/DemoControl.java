package dev.structured.service.ops;

import org.jspecify.annotations.Nullable;

/// Plays with the embedded demo downstreams. Thread-safe.
public interface DemoControl {
    /// There is no demo.
    DemoControl NONE = new DemoControl() {
        @Override
        public @Nullable String chaos(String downstream) {
            return null;
        }

        @Override
        public void chaos(String downstream, String kind) {
            throw new IllegalArgumentException("There is no demo downstream");
        }

        @Override
        public void load(int perSecond) {
            throw new IllegalArgumentException("There is no demo downstream");
        }

        @Override
        public int load() {
            return -1;
        }
    };

    /// Returns what a downstream does wrong; `none` for nothing, null if it is no demo.
    ///
    /// @param downstream its name in the configuration
    @Nullable
    String chaos(String downstream);

    /// Makes a downstream misbehave.
    ///
    /// @param kind the kind of fault; `none` for none
    /// @throws IllegalArgumentException with a message for the user, if there is no such downstream or kind
    void chaos(String downstream, String kind);

    /// Sends requests for a minute, in place of those that are being sent.
    ///
    /// @param perSecond how many; 0 for none
    /// @throws IllegalArgumentException with a message for the user, if it is not possible
    void load(int perSecond);

    /// Returns how many requests a second are being sent; -1 if none can be.
    int load();
}
