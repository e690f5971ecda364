package dev.structured.service.yaml;

import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A single value of the file with an interpolated text. It is read by its text, even if YAML would take the
/// text for a number or a boolean.
final class FilledScalar extends ScalarNode {
    /// The tag of such values.
    static final Tag TAG = new Tag("tag:structured.dev,2026:filled");

    private final boolean secret;
    private final boolean lost;

    private FilledScalar(ScalarNode written, String text, boolean secret, boolean lost) {
        super(TAG, true, text, written.getScalarStyle(), written.getStartMark(), written.getEndMark());
        this.secret = secret;
        this.lost = lost;
    }

    /// @param secret true if some of the text came from a file, and must never be shown
    static FilledScalar of(ScalarNode written, String text, boolean secret) {
        return new FilledScalar(written, text, secret, false);
    }

    /// Returns the replacement for a value that could not be interpolated, which has been reported.
    static FilledScalar lost(ScalarNode written) {
        return new FilledScalar(written, written.getValue(), false, true);
    }

    boolean isSecret() {
        return secret;
    }

    /// Returns true if there is no value, which has been reported.
    boolean isLost() {
        return lost;
    }
}
