package dev.structured.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/// The folders in which a change can give files other contents: theirs, and those of the links on the way
/// to them.
///
/// Kubernetes mounts `/etc/shop/routes.yaml` as a link to `..data/routes.yaml`, and `..data` as a link to a
/// folder that it replaces: only `/etc/shop` sees the change. Of a file whose folder is not there, the
/// nearest folder that is there counts.
final class WatchedFolders {
    private static final int MOST_LINKS = 40;

    private final Set<Path> folders = new LinkedHashSet<>();
    private int links;

    private WatchedFolders() {}

    /// Returns the folders of some files, by their whole paths. Blocks while it looks for links.
    static Set<Path> of(Set<Path> files) {
        WatchedFolders found = new WatchedFolders();
        for (Path file : files) {
            found.links = 0;
            found.add(file.toAbsolutePath().normalize());
        }
        return found.folders;
    }

    private void add(Path file) {
        Path at = file.getRoot();
        if (at == null) return;
        for (int i = 0; i < file.getNameCount(); i++) {
            Path next = at.resolve(file.getName(i));
            if (Files.isSymbolicLink(next) && links++ < MOST_LINKS) {
                folders.add(at);
                addTarget(file, i, at, next);
                return;
            }
            if (i == file.getNameCount() - 1 || !Files.exists(next)) {
                folders.add(at);
                return;
            }
            at = next;
        }
    }

    /// Goes on where a link leads to.
    private void addTarget(Path file, int index, Path folder, Path link) {
        try {
            Path target = folder.resolve(Files.readSymbolicLink(link));
            int count = file.getNameCount();
            Path rest = index + 1 < count ? target.resolve(file.subpath(index + 1, count)) : target;
            add(rest.normalize());
        } catch (IOException e) {
            // The link is gone already, which its folder tells of.
        }
    }
}
