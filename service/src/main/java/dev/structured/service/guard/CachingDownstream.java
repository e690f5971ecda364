package dev.structured.service.guard;

import dev.structured.service.aggregate.CacheTerms;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.Validators;
import dev.structured.service.guard.GuardObserver.CacheResult;
import dev.structured.service.guard.GuardObserver.Validation;
import dev.structured.service.record.AttemptRecorder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A downstream whose answers are kept: a GET whose answer is still fresh is not made. Thread-safe.
///
/// ```
///                ┌─ fresh ─────────────▶ given, no call
///   kept answer ─┼─ to be refreshed ───▶ given, one call in the background (Refreshes)
///                ├─ with validators ───▶ a call with If-None-Match: 304 makes it fresh again
///                └─ none, or without ──▶ a call
/// ```
///
/// A failed call leaves the kept answer in place, for [#stale]. An answer that may not be kept removes the
/// kept one, which is outdated, and so does a 404 or 410.
final class CachingDownstream implements Downstream {
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    private final Downstream inner;
    private final String downstream;
    private final AnswerTiers kept;
    private final KeepingRules rules;
    private final @Nullable Refreshes refreshes;
    private final GuardObserver observer;

    /// @param refreshes makes the calls in the background; null for none
    CachingDownstream(Downstream inner, String downstream, AnswerTiers kept, KeepingRules rules,
            @Nullable Refreshes refreshes, GuardObserver observer) {
        this.inner = inner;
        this.downstream = downstream;
        this.kept = kept;
        this.rules = rules;
        this.refreshes = refreshes;
        this.observer = observer;
    }

    /// {@inheritDoc}
    ///
    /// **Not a checkpoint** if the service itself has an answer that is fresh, or is refreshed in the
    /// background.
    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        if (!CallKey.fits(call)) return inner.call(call);
        CallKey key = CallKey.of(call);
        KeptAnswer answer = kept.find(key);
        if (answer == null || !isOfUse(answer, kept.now())) answer = kept.newest(key, answer);
        if (answer == null) {
            observer.cacheAsked(downstream, CacheResult.MISS);
            return ask(call, key, null);
        }
        long now = kept.now();
        if (answer.isFresh(now)) return given(call, answer, now, CacheResult.HIT);
        if (refreshes != null && answer.mayBeRefreshed(now)) {
            refresh(refreshes, call, key, answer, now);
            return given(call, answer, now, CacheResult.REFRESHED);
        }
        observer.cacheAsked(downstream, CacheResult.EXPIRED);
        return ask(call, key, answer);
    }

    private boolean isOfUse(KeptAnswer answer, long now) {
        return answer.isFresh(now) || (refreshes != null && answer.mayBeRefreshed(now));
    }

    private Reply given(Call call, KeptAnswer answer, long now, CacheResult result) {
        observer.cacheAsked(downstream, result);
        AttemptRecorder attempt = call.attempt();
        if (attempt != null) attempt.kept();
        return answer.served(now);
    }

    private void refresh(Refreshes refreshes, Call call, CallKey key, KeptAnswer answer, long now) {
        if (answer.notBefore() - now > 0) return;
        Call alone = call.forNoRequest();
        refreshes.start(key, answer, () -> {
            KeptAnswer newest = kept.newest(key, answer);
            if (newest != null && newest.isFresh(kept.now())) return newest.reply();
            return ask(alone, key, newest);
        });
    }

    /* --- Asking --- */

    /// Makes the call, and keeps its answer.
    ///
    /// @param answer the kept answer, which the downstream may confirm; null for none
    private Reply ask(Call call, CallKey key, @Nullable KeptAnswer answer)
            throws DownstreamException, InterruptedException {
        Validators validators = answer == null ? null : answer.validators();
        if (answer == null || validators == null) return askForAll(call, key);
        long asked = kept.now();
        Reply reply = inner.call(call.asking(validators));
        if (!reply.isNotModified()) {
            if (reply.isSuccess()) observer.validated(downstream, Validation.CHANGED);
            return keep(call, key, reply, asked);
        }
        if (Validators.areConfirmed(validators, reply.terms().validators())) {
            observer.validated(downstream, Validation.CONFIRMED);
            return renew(call, key, answer, reply, asked);
        }
        // It says that another version than the kept one is unchanged.
        observer.validated(downstream, Validation.MISMATCH);
        kept.replace(key, answer, null);
        return askForAll(call, key);
    }

    private Reply askForAll(Call call, CallKey key) throws DownstreamException, InterruptedException {
        long asked = kept.now();
        return keep(call, key, inner.call(call), asked);
    }

    private Reply keep(Call call, CallKey key, Reply reply, long asked) {
        if (reply.isSuccess()) {
            KeptAnswer next = rules.kept(call, reply, asked, kept.now());
            if (next == null) kept.forget(key);
            else
                kept.put(key, next);
        } else if (reply.status() == NOT_FOUND || reply.status() == GONE) {
            kept.forget(key);
        }
        return reply;
    }

    /// Makes a kept answer fresh again, with the headers of the answer that confirms it.
    private Reply renew(Call call, CallKey key, KeptAnswer answer, Reply confirmed, long asked) {
        Reply before = answer.reply();
        Map<String, String> headers = new HashMap<>(before.headers());
        headers.putAll(confirmed.headers());
        CacheTerms terms = before.terms().updatedBy(confirmed.terms());
        Reply now = new Reply(before.status(), before.body(), headers,
                terms.freshness(call.hasCredentials()), terms);
        kept.replace(key, answer, rules.kept(call, now, asked, kept.now()));
        return now;
    }

    @Override
    public @Nullable Reply stale(Call call) {
        if (!CallKey.fits(call)) return inner.stale(call);
        CallKey key = CallKey.of(call);
        KeptAnswer answer = kept.find(key);
        long now = kept.now();
        if (answer == null || !answer.mayReplaceFailure(now)) return inner.stale(call);
        observer.cacheAsked(downstream, CacheResult.STALE);
        AttemptRecorder attempt = call.attempt();
        if (attempt != null) attempt.replacedBy(now - answer.since());
        return answer.served(now);
    }

    @Override
    public String toString() {
        return "CachingDownstream[" + downstream + " " + inner + "]";
    }
}
