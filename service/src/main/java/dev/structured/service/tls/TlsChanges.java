package dev.structured.service.tls;

import java.io.IOException;
import java.util.List;

/// Tells when the files of one side of TLS have changed, for example because a link leads to others now. For
/// one thread at a time.
public final class TlsChanges {
    private final TlsFiles files;
    private List<TlsFiles.Stamp> last = List.of();
    private boolean missing;

    /// @param files count as changed at the first look
    public TlsChanges(TlsFiles files) {
        this.files = files;
    }

    /// Returns true if the files differ from those of the look before, or are there again.
    ///
    /// @throws IOException if one of them is missing, as while it is being replaced. This is told once; until
    ///     all are there again, nothing has changed
    public boolean look() throws IOException {
        try {
            List<TlsFiles.Stamp> seen = files.stamps();
            missing = false;
            if (seen.equals(last)) return false;
            last = seen;
            return true;
        } catch (IOException e) {
            last = List.of();
            if (missing) return false;
            missing = true;
            throw e;
        }
    }
}
