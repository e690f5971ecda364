package dev.structured.service.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.structured.core.interop.FutureFailedException;
import dev.structured.core.interop.Futures;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Counts a request in one step: the generic cell rate algorithm of `edge`, by the store's clock.
///
/// A bucket is the time at which it is empty again, as seconds and nanoseconds, since a number of Lua has 53
/// bits. It is removed at that time. A clock that is set back makes no bucket fuller than full.
final class RateScript {
    private static final String TEXT = """
            local now = redis.call('TIME')
            local s, us = tonumber(now[1]), tonumber(now[2])
            local whole, one = tonumber(ARGV[1]), tonumber(ARGV[2])
            local left = 0
            local kept = redis.call('GET', KEYS[1])
            if kept then
              local ks, kn = string.match(kept, '^(%d+):(%d+)$')
              if ks then
                left = (tonumber(ks) - s) * 1000000000 + tonumber(kn) - us * 1000
                left = math.min(math.max(left, 0), whole)
              end
            end
            local used = left + one
            if used <= whole then
              local n = us * 1000 + used
              local carry = math.floor(n / 1000000000)
              redis.call('SET', KEYS[1], string.format('%.0f:%.0f', s + carry, n - carry * 1000000000),
                  'PX', math.ceil(used / 1000000))
            end
            return {string.format('%.0f', used), now[1], now[2]}
            """;
    private static final byte[] SCRIPT = TEXT.getBytes(UTF_8);
    private static final String DIGEST = digest();

    private RateScript() {}

    private static String digest() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(SCRIPT));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-1", e);
        }
    }

    /// Runs the script; sends its text only if the store does not know it yet.
    /// Blocks. **Checkpoint.**
    ///
    /// @throws FutureFailedException if the store refused, or the connection broke
    static List<byte[]> run(RedisAsyncCommands<byte[], byte[]> commands, byte[][] keys, byte[][] values) {
        try {
            return Futures
                    .await(commands.<List<byte[]>>evalsha(DIGEST, ScriptOutputType.MULTI, keys, values));
        } catch (FutureFailedException e) {
            if (!(e.getCause() instanceof RedisNoScriptException)) throw e;
            return Futures.await(commands.<List<byte[]>>eval(SCRIPT, ScriptOutputType.MULTI, keys, values));
        }
    }
}
