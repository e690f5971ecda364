package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;

/// The result of an attempt that was not stopped.
sealed interface AttemptResult {
    /// Returns the reply, or throws the failure.
    Reply orThrow() throws DownstreamException;

    /// Returns the result's label in metrics.
    ///
    /// @param call the call that was made
    String outcome(Call call);

    /// Returns true if another attempt could not do better, because the downstream has answered and shows no
    /// sign of trouble.
    boolean isFinal();

    /// The downstream answered.
    record Answered(Reply reply) implements AttemptResult {
        @Override
        public Reply orThrow() {
            return reply;
        }

        @Override
        public String outcome(Call call) {
            boolean confirmed = reply.isNotModified() && call.validators() != null;
            return reply.isSuccess() || confirmed ? "ok" : "http_" + reply.status() / 100 + "xx";
        }

        @Override
        public boolean isFinal() {
            return reply.status() < 500 && reply.status() != 429;
        }
    }

    /// The downstream gave no usable reply.
    record Failed(DownstreamException error) implements AttemptResult {
        @Override
        public Reply orThrow() throws DownstreamException {
            throw error;
        }

        @Override
        public String outcome(Call call) {
            return error.type().label();
        }

        @Override
        public boolean isFinal() {
            return false;
        }
    }

    /// Makes a call and returns its result. Blocks. **Checkpoint.**
    static AttemptResult of(Downstream downstream, Call call) throws InterruptedException {
        try {
            return new Answered(downstream.call(call));
        } catch (DownstreamException e) {
            return new Failed(e);
        }
    }
}
