package dev.structured.core.sync;

import org.junit.jupiter.api.Nested;

/// The contract of locks, for each kind that there is.
class LockContractTest {
    @Nested
    class Lock extends LockContract {
        Lock() {
            super("lock");
        }
    }

    @Nested
    class SemaphoreOfOnePermit extends LockContract {
        SemaphoreOfOnePermit() {
            super("semaphore of one permit");
        }
    }

    @Nested
    class LimiterOfOneToken extends LockContract {
        LimiterOfOneToken() {
            super("limiter of one token");
        }
    }

    @Nested
    class ChannelThatHoldsTheToken extends LockContract {
        ChannelThatHoldsTheToken() {
            super("channel that holds the token");
        }
    }

    @Nested
    class ChannelThatIsFullWhileItIsHeld extends LockContract {
        ChannelThatIsFullWhileItIsHeld() {
            super("channel that is full while it is held");
        }
    }

    @Nested
    class RendezvousWithAServer extends LockContract {
        RendezvousWithAServer() {
            super("rendezvous with a server");
        }
    }
}
