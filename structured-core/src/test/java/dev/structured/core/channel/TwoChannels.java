package dev.structured.core.channel;

/// What the tests of selects share: two channels, and selects from both.
abstract class TwoChannels {
    final Channel<String> left = Channels.open("left", 10);
    final Channel<String> right = Channels.open("right", 10);

    Select<String> both(Select<String> select) {
        return select.receive(left.receiver(), item -> "left " + item)
                .receive(right.receiver(), item -> "right " + item);
    }

    void fillBoth() {
        for (int i = 1; i <= 4; i++) {
            left.sender().trySend("" + i);
            right.sender().trySend("" + i);
        }
    }
}
