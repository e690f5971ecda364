package dev.structured.service.server;

import java.io.IOException;

/// A client over any version of HTTP, with TLS or without.
abstract class SpeakingClient implements AutoCloseable {
    private static final String STREAM = "application/x-ndjson";

    static SpeakingClient open(DepartureTest.Speech speech, int port, TlsFolder folder) throws Exception {
        if (speech.isHttp2())
            return new Second(new RawHttp2(port, speech.hasTls() ? folder.ca().client() : null));
        return new First(speech.hasTls() ? new RawClient(port, folder.ca().client()) : new RawClient(port));
    }

    /// Asks for a page, and does not wait for it.
    abstract void ask(String id, boolean streamed) throws IOException;

    /// Waits for the first piece of the answer.
    abstract void awaitPiece() throws IOException;

    /// Reads the answer to the request that was asked last.
    abstract RawClient.Reply answer() throws IOException;

    abstract void go(DepartureTest.Way way) throws IOException;

    /// Asks for a page, and returns it.
    String page(String id) throws IOException {
        ask(id, false);
        return answer().body();
    }

    @Override
    public abstract void close() throws IOException;

    private static final class First extends SpeakingClient {
        private final RawClient client;

        First(RawClient client) {
            this.client = client;
        }

        @Override
        void ask(String id, boolean streamed) throws IOException {
            client.send("GET /products/" + id + " HTTP/1.1\r\nHost: test\r\n"
                    + (streamed ? "Accept: " + STREAM + "\r\n" : "") + "\r\n");
        }

        @Override
        void awaitPiece() throws IOException {
            client.readHead();
            client.readChunk();
        }

        @Override
        RawClient.Reply answer() throws IOException {
            return client.read();
        }

        @Override
        void go(DepartureTest.Way way) throws IOException {
            switch (way) {
                case CLOSE -> client.close();
                case CUT -> client.cut();
                case RESET -> client.reset();
                case HALF_CLOSE -> client.halfClose();
                case RESET_STREAM, GO_AWAY -> throw new IllegalArgumentException("Is of HTTP/2: " + way);
            }
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    private static final class Second extends SpeakingClient {
        private static final int INTERNAL_ERROR = 2;
        private final RawHttp2 client;
        private int stream;

        Second(RawHttp2 client) {
            this.client = client;
        }

        @Override
        void ask(String id, boolean streamed) throws IOException {
            stream = streamed
                    ? client.get("/products/" + id, "accept", STREAM)
                    : client.get("/products/" + id);
        }

        @Override
        void awaitPiece() throws IOException {
            client.read(RawHttp2.DATA);
        }

        @Override
        RawClient.Reply answer() throws IOException {
            return client.readReply(stream);
        }

        @Override
        void go(DepartureTest.Way way) throws IOException {
            switch (way) {
                case CLOSE -> client.close();
                case CUT -> client.cut();
                case RESET -> client.abort();
                case HALF_CLOSE -> client.halfClose();
                case RESET_STREAM -> client.reset(stream);
                case GO_AWAY -> {
                    client.goAway(INTERNAL_ERROR);
                    client.close();
                }
            }
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }
}
