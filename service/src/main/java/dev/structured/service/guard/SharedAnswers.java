package dev.structured.service.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.HeaderValue;
import dev.structured.service.guard.GuardObserver.SharedLookup;
import dev.structured.service.store.SharedStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The kept answers of one downstream that replicas share, behind those that each has itself. Thread-safe.
///
/// An answer is named by a hash of all that it depends on: the downstream with its own headers and the rules
/// of its cache, and the call with its headers, so with the one who asks. Another secret, or another rule,
/// makes other names.
final class SharedAnswers {
    private final SharedStore store;
    private final String downstream;
    private final GuardObserver observer;
    private final byte[] about;

    /// @param cache of the downstream
    SharedAnswers(SharedStore store, DownstreamConfig config, CacheConfig cache, GuardObserver observer) {
        this.store = store;
        this.downstream = config.name();
        this.observer = observer;
        this.about = about(config, cache);
    }

    private static byte[] about(DownstreamConfig config, CacheConfig cache) {
        MessageDigest digest = digest();
        add(digest, config.name());
        config.endpoints().urls().stream().sorted().forEach(url -> add(digest, url.toString()));
        add(digest, "headers");
        for (Map.Entry<String, HeaderValue> each : new TreeMap<>(config.headers()).entrySet()) {
            add(digest, each.getKey());
            add(digest, each.getValue().text());
        }
        add(digest, cache.freshFor() + " " + cache.staleWhileRevalidate() + " " + cache.staleFor() + " "
                + cache.ignore().stream().sorted(Comparator.naturalOrder()).toList());
        add(digest, new TreeSet<>(config.send().names()).toString());
        return digest.digest();
    }

    /// Returns an answer that may be newer than the one at hand; null if there is none, or the store did not
    /// tell in time. Blocks. **Checkpoint.**
    @Nullable
    KeptAnswer find(CallKey key, long now) {
        if (!store.isUp()) return null;
        String name = name(key);
        byte[] value = store.get(name);
        KeptAnswer answer = value == null ? null : AnswerFormat.read(value, now, store.wallMillis());
        if (value == null) {
            observer.sharedAsked(downstream, SharedLookup.MISSING);
        } else if (answer == null) {
            observer.sharedAsked(downstream, SharedLookup.CORRUPT);
            store.remove(name);
        } else {
            observer.sharedAsked(downstream, SharedLookup.FOUND);
        }
        return answer;
    }

    /// Has the other replicas know of an answer soon. Does not block.
    void put(CallKey key, KeptAnswer answer, long now) {
        if (!store.isUp()) return;
        byte[] value = AnswerFormat.write(answer, now, store.wallMillis());
        if (value == null) store.remove(name(key));
        else
            store.put(name(key), value, Duration.ofNanos(Math.max(1, answer.keptUntil() - now)));
    }

    /// Has the other replicas forget an answer soon. Does not block.
    void forget(CallKey key) {
        store.remove(name(key));
    }

    private String name(CallKey key) {
        MessageDigest digest = digest();
        digest.update(about);
        add(digest, key.path());
        new TreeMap<>(key.headers()).forEach((name, value) -> {
            add(digest, name);
            add(digest, value);
        });
        add(digest, "wanted");
        new TreeSet<>(key.wanted()).forEach(name -> add(digest, name));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
    }

    /// Adds a text and its length, so that no two lists of texts are alike.
    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        digest.update((bytes.length + ":").getBytes(UTF_8));
        digest.update(bytes);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }
}
