package dev.structured.scenario;

import dev.structured.core.Checkpoints;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.component.LifeCycle;

/// A crowd of clients over HTTP/2 without TLS: requests at a fixed rate that do not wait for each other, many
/// on each of some connections. Thousands in flight need neither a descriptor nor a thread each.
final class Crowd implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CONNECTIONS = 50;
    private static final int OK = 200;

    private final HTTP2Client client = new HTTP2Client();
    private final List<Session> sessions = new ArrayList<>();
    private final URI url;
    private final Semaphore places;
    private final int most;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger good = new AtomicInteger();
    private volatile boolean stopped;
    private volatile Duration sending = Duration.ZERO;

    private Crowd(URI url, int most) {
        this.url = url;
        this.most = most;
        this.places = new Semaphore(most);
    }

    /// Makes one that has not sent anything yet.
    ///
    /// @param url each request is for `url/N`
    /// @param most so many requests are in flight at most: further ones are late
    static Crowd open(String url, int most) throws Exception {
        Crowd crowd = new Crowd(URI.create(url), most);
        crowd.client.setMaxConcurrentPushedStreams(0);
        crowd.client.setStreamIdleTimeout(PATIENCE.toMillis());
        crowd.client.setIdleTimeout(PATIENCE.toMillis());
        crowd.client.start();
        return crowd;
    }

    /// Opens its connections anew: the service closes those that were idle for a while.
    private void connect() throws InterruptedException, ExecutionException, TimeoutException {
        sessions.clear();
        InetSocketAddress address = new InetSocketAddress(url.getHost(), url.getPort());
        for (int i = 0; i < CONNECTIONS; i++) {
            sessions.add(client.connect(address, new Session.Listener() {
            }).get(PATIENCE.toSeconds(),
                    TimeUnit.SECONDS));
        }
    }

    /// Sends requests until it is [stopped][#stop], and for so long at most. Blocks; a checkpoint.
    ///
    /// @param rate requests a second; fewer if so many are in flight already
    void send(int rate, Duration longest) throws InterruptedException, ExecutionException, TimeoutException {
        stopped = false;
        connect();
        long began = System.nanoTime();
        for (long i = 0; !stopped && System.nanoTime() - began < longest.toNanos(); i++) {
            long early = began + TimeUnit.SECONDS.toNanos(i) / rate - System.nanoTime();
            if (early > 0) Checkpoints.sleep(Duration.ofNanos(early));
            places.acquire();
            send(sent.getAndIncrement());
        }
        sending = sending.plusNanos(System.nanoTime() - began);
    }

    /// No further request is sent.
    void stop() {
        stopped = true;
    }

    /// Returns how long requests were sent.
    Duration sending() {
        return sending;
    }

    private void send(int number) {
        MetaData.Request head = new MetaData.Request("GET", HttpURI.from(url + "/" + number),
                HttpVersion.HTTP_2, HttpFields.EMPTY);
        Answer answer = new Answer();
        sessions.get(number % sessions.size()).newStream(new HeadersFrame(head, null, true), answer, answer);
    }

    /// Waits until all requests have ended; gives up after a while. Blocks.
    void awaitAnswers() throws InterruptedException {
        if (places.tryAcquire(most, PATIENCE.toSeconds() + 30, TimeUnit.SECONDS)) places.release(most);
    }

    /// Returns the number of requests that have been sent.
    int sent() {
        return sent.get();
    }

    /// Returns the number of requests that were answered 200, to the end of the answer.
    int good() {
        return good.get();
    }

    @Override
    public void close() {
        LifeCycle.stop(client);
    }

    /// The answer of one request.
    private final class Answer implements Stream.Listener, Promise<Stream> {
        private volatile boolean ok;
        private volatile boolean reading;
        private final AtomicInteger ends = new AtomicInteger();

        @Override
        public void succeeded(Stream opened) {
            // the answer follows
        }

        @Override
        public void failed(Throwable why) {
            end(false);
        }

        @Override
        public void onHeaders(Stream stream, HeadersFrame frame) {
            ok = frame.getMetaData() instanceof MetaData.Response response && response.getStatus() == OK;
            if (frame.isEndStream()) end(ok);
            else
                stream.demand();
        }

        @Override
        public void onDataAvailable(Stream stream) {
            reading = true; // what is read may be the end, which closes the stream
            Stream.Data data = stream.readData();
            boolean last = data != null && data.frame().isEndStream();
            reading = last;
            if (data != null) data.release();
            if (last) end(ok);
            else
                stream.demand();
        }

        /// However it was closed: by the end of the answer, a reset, a failure, the end of its connection.
        @Override
        public void onClosed(Stream stream) {
            if (!reading) end(false);
        }

        private void end(boolean isGood) {
            if (ends.getAndIncrement() > 0) return;
            if (isGood) good.incrementAndGet();
            places.release();
        }
    }
}
