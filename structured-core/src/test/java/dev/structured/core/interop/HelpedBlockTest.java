package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.core.CancelScope;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;

/// Which failure comes out of a block with helpers.
class HelpedBlockTest {
    private final Channel<String> channel = Channels.open("between", 0);
    private final IOException disk = new IOException("disk full");

    /// Sends nothing, and fails; the other side hears of that first.
    private void failSlowly(VirtualClock clock) throws IOException {
        try {
            channel.sender().feed(_ -> {
                throw disk;
            });
        } finally {
            new CancelScope("slow").withShield().run(clock::settle);
        }
    }

    @StructuredTest
    void failure_of_the_block_is_thrown_and_not_that_its_helper_got_no_more(VirtualClock clock) {
        assertSame(disk, assertThrows(IOException.class, () -> HelpedBlock.call("test", block -> {
            block.beside("helper", () -> channel.receiver().receive());
            failSlowly(clock);
            return null;
        })));
        assertEquals(0, disk.getSuppressed().length);
    }

    @StructuredTest
    void failure_of_a_helper_is_thrown_and_not_that_the_block_got_no_more(VirtualClock clock) {
        assertSame(disk, assertThrows(IOException.class, () -> HelpedBlock.call("test", block -> {
            block.beside("helper", () -> failSlowly(clock));
            return channel.receiver().receive();
        })));
        assertEquals(0, disk.getSuppressed().length);
    }
}
