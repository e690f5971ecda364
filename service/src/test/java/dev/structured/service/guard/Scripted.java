package dev.structured.service.guard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.aggregate.CacheControl;
import dev.structured.service.aggregate.CacheTerms;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// A downstream that does what a script says, and counts.
final class Scripted implements Downstream {
    interface Script {
        Reply answer(Call call, int number) throws DownstreamException, InterruptedException;
    }

    private final Script script;
    final List<Call> calls = Collections.synchronizedList(new ArrayList<>());
    private int running;

    Scripted(Script script) {
        this.script = script;
    }

    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        int number;
        synchronized (calls) {
            calls.add(call);
            number = calls.size();
            running++;
        }
        try {
            return script.answer(call, number);
        } finally {
            synchronized (calls) {
                running--;
            }
        }
    }

    int running() {
        synchronized (calls) {
            return running;
        }
    }

    /// Returns a reply with a number as its body.
    static Reply reply(int number) {
        return reply(number, Freshness.UNKNOWN);
    }

    static Reply reply(int number, Freshness freshness) {
        return new Reply(200, JsonNodeFactory.instance.numberNode(number), Map.of(), freshness,
                terms(freshness));
    }

    /// Returns the terms that express a freshness.
    private static CacheTerms terms(Freshness freshness) {
        boolean forAll = freshness.known() && freshness.shared();
        CacheControl control = new CacheControl(freshness.equals(Freshness.NONE), false, !freshness.shared(),
                forAll, false, false, freshness.known() ? freshness.seconds() : CacheTerms.ABSENT,
                CacheTerms.ABSENT, CacheTerms.ABSENT, CacheTerms.ABSENT);
        return new CacheTerms(control, 0, CacheTerms.ABSENT, CacheTerms.ABSENT, null, null);
    }

    static Call get(String path) {
        return Call.get(path, "/template");
    }
}
