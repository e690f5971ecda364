package dev.structured.service.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The files that a configuration was read from: its own, those that it includes, and those of its secrets,
/// also those that could not be read. Knows whether any of them has changed since.
///
/// Keeps digests and no contents. They may be digests of secrets, so they are never shown. Not thread-safe.
public final class ReadFiles {
    private static final String UNREADABLE = "unreadable";

    /// By the whole path.
    private final Map<Path, Contents> files = new LinkedHashMap<>();
    private final MessageDigest texts = sha256();
    private final List<String> included = new ArrayList<>();

    /// What was in a file.
    ///
    /// @param most the number of bytes that were read at most
    private record Contents(int most, String digest) {}

    /// Makes a list without files.
    public ReadFiles() {}

    /// Returns the whole paths of the files, in the order in which they were read.
    public Set<Path> paths() {
        return Collections.unmodifiableSet(files.keySet());
    }

    /// Returns true if any of the files has other contents than those that were read, or can be read now and
    /// could not then, or the other way round. Blocks while it reads them.
    public boolean haveChanged() {
        return files.entrySet().stream().anyMatch(
                each -> !now(each.getKey(), each.getValue().most()).equals(each.getValue().digest()));
    }

    /// Returns the digits of the SHA-256 of all texts that are no secrets, with the names of the included
    /// ones. It may be shown.
    public String hash() {
        try {
            MessageDigest copy = (MessageDigest) texts.clone();
            return HexFormat.of().formatHex(copy.digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The JDK's SHA-256 can be copied", e);
        }
    }

    /// Returns the names of the included files, as messages give them, in the order in which they were read.
    public List<String> included() {
        return List.copyOf(included);
    }

    /// Adds the text of the first file to the hash.
    void first(String text) {
        hashed(text);
    }

    /// Adds the text of an included file to the hash.
    ///
    /// @param written how it is written where it is included
    /// @param name the name that messages give it
    void include(String written, String name, String text) {
        included.add(name);
        hashed("\0" + written + "\0" + text);
    }

    private void hashed(String text) {
        texts.update(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Records what was read of a file.
    ///
    /// @param most the number of bytes that were read at most
    void contents(Path file, byte[] bytes, int most) {
        files.put(file.toAbsolutePath(), new Contents(most, digest(bytes)));
    }

    /// Records that a file is about to be read; it counts as unreadable until its contents are known.
    ///
    /// @param most the number of bytes that are read at most
    void asked(Path file, int most) {
        files.putIfAbsent(file.toAbsolutePath(), new Contents(most, UNREADABLE));
    }

    private static String now(Path file, int most) {
        // Not a pipe or a device: reading one might never end.
        if (!Files.isRegularFile(file)) return UNREADABLE;
        try (InputStream in = Files.newInputStream(file)) {
            return digest(in.readNBytes(most));
        } catch (IOException e) {
            return UNREADABLE;
        }
    }

    private static String digest(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
