package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;

/// What an attempt came to, if it was not stopped.
sealed interface AttemptResult {
    /// Returns the reply, or throws what there is instead.
    Reply orThrow() throws DownstreamException;

    /// Returns how it went, for metrics.
    String outcome();

    /// Returns true if no other attempt could do better: the downstream has answered, and is not in trouble.
    boolean isFinal();

    /// The downstream answered.
    record Answered(Reply reply) implements AttemptResult {
        @Override
        public Reply orThrow() {
            return reply;
        }

        @Override
        public String outcome() {
            return reply.isSuccess() ? "ok" : "http_" + reply.status() / 100 + "xx";
        }

        @Override
        public boolean isFinal() {
            return reply.status() < 500 && reply.status() != 429;
        }
    }

    /// There is no reply.
    record Failed(DownstreamException error) implements AttemptResult {
        @Override
        public Reply orThrow() throws DownstreamException {
            throw error;
        }

        @Override
        public String outcome() {
            return error.type().label();
        }

        @Override
        public boolean isFinal() {
            return false;
        }
    }

    static AttemptResult of(Downstream downstream, Call call) throws InterruptedException {
        try {
            return new Answered(downstream.call(call));
        } catch (DownstreamException e) {
            return new Failed(e);
        }
    }
}
