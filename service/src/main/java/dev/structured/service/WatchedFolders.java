package dev.structured.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/// The folders in which a change can change the contents of files: their own, and those of the links on the
/// way to them.
///
/// Kubernetes mounts `/etc/shop/routes.yaml` as a link to `..data/routes.yaml`, and `..data` as a link to a
/// folder that it replaces: only `/etc/shop` sees the change. For a file whose folder does not exist, it is
/// the nearest folder that exists.
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

    /// Continues at the target of a link.
    private void addTarget(Path file, int index, Path folder, Path link) {
        try {
            Path target = folder.resolve(Files.readSymbolicLink(link));
            int count = file.getNameCount();
            Path rest = index + 1 < count ? target.resolve(file.subpath(index + 1, count)) : target;
            add(rest.normalize());
        } catch (IOException e) {
            // The link has already been removed. Its folder reports that.
        }
    }
}
