package dev.structured.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// Items that tasks pass to tasks: equally many through each channel, and through each of its senders and
/// receivers.
///
/// @param capacity the capacity of each channel
/// @param senders the number of senders per channel
/// @param receivers the number of receivers per channel
/// @param items the number of all items
record Traffic(int capacity, int channels, int senders, int receivers, int items) {
    /// Boxed beforehand, so that boxing is not measured.
    private static final Integer[] BOXES = new Integer[1000];

    static {
        for (int i = 0; i < BOXES.length; i++) BOXES[i] = i;
    }

    /// Returns the traffic of a shape, as `8:8` or `1000x1:1`, with so many items that channels fill and
    /// empty many times and that starting the tasks does not count.
    static Traffic of(int capacity, String shape) {
        int times = shape.indexOf('x');
        String[] sides = shape.substring(times + 1).split(":", -1);
        return new Traffic(capacity, times < 0 ? 1 : Integer.parseInt(shape.substring(0, times)),
                Integer.parseInt(sides[0]), Integer.parseInt(sides[1]), 1000 * Math.max(256, 2 * capacity));
    }

    /// Returns the item that a sender sends after `sent` others.
    static Integer item(int number) {
        return BOXES[number % BOXES.length];
    }

    int itemsOfSender() {
        return items / channels / senders;
    }

    int itemsOfReceiver() {
        return items / channels / receivers;
    }

    /// Returns the sum of all items.
    long sum() {
        long sum = 0;
        for (int i = 0; i < itemsOfSender(); i++) sum += item(i);
        return sum * senders * channels;
    }

    /// Passes all items.
    ///
    /// @return the sum of the items that arrived
    long pass(String peer) throws Exception {
        if (peer.equals("KotlinChannels")) return KotlinChannels.pass(this);
        List<Callable<Long>> work = new ArrayList<>();
        for (int i = 0; i < channels; i++) {
            ChannelPeer line = ChannelPeer.open(peer, capacity);
            for (int s = 0; s < senders; s++) work.add(() -> send(line, itemsOfSender()));
            for (int r = 0; r < receivers; r++) work.add(() -> receive(line, itemsOfReceiver()));
        }
        return ChannelPeer.workers(peer).sum(work);
    }

    private static long send(ChannelPeer line, int items) throws Exception {
        for (int i = 0; i < items; i++) line.put(item(i));
        return 0;
    }

    private static long receive(ChannelPeer line, int items) throws Exception {
        long sum = 0;
        for (int i = 0; i < items; i++) sum += line.take();
        return sum;
    }
}
