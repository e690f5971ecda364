package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.CompressionConfig;
import dev.structured.service.config.ContentCoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compresses answers for clients that accept it (RFC 9110, 8.4 and 12.5.3): whole answers from a certain
/// size, and all that are sent in pieces.
///
/// An answer that would have been compressed for another client says so by `Vary`. A smaller one is the same
/// for all. An answer without a body, such as a 304, stays as it is, and so does one that is encoded already
/// or must not be transformed.
final class CompressionFilter implements Filter {
    private static final Logger LOG = LoggerFactory.getLogger(CompressionFilter.class);
    private static final String ACCEPT_ENCODING = "Accept-Encoding";
    private static final String CONTENT_ENCODING = "Content-Encoding";
    /// The most streams that are compressed at once, since the encoder of an open stream takes some 260 KiB;
    /// further streams are sent as they are.
    private static final int MOST_STREAMS = 256;

    private final List<ContentCoding> encodings;
    private final int minBytes;
    private final Semaphore streams = new Semaphore(MOST_STREAMS);

    CompressionFilter(CompressionConfig config) {
        this.encodings = config.encodings().stream().filter(CompressionFilter::isLoaded).toList();
        this.minBytes = config.minBytes();
    }

    private static boolean isLoaded(ContentCoding coding) {
        try {
            return Compressor.whole(ByteBuffer.allocate(1), coding).hasRemaining();
        } catch (LinkageError e) {
            LOG.warn("The library for {} cannot be loaded, so it is not used. It is unpacked into the"
                    + " folder that java.io.tmpdir names, which must be writable and not mounted noexec; or"
                    + " leave {} out of 'compression'", coding.label(), coding.label(), e);
            return false;
        }
    }

    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        if (!context.served().isCompressed()) return rest.answer(context);
        AcceptEncoding accepted = AcceptEncoding.of(context.request().headers().values(ACCEPT_ENCODING),
                encodings);
        ContentCoding coding = accepted.coding();
        if (coding == null && !accepted.plain()) {
            throw new Refusal(EdgeProblems.noAcceptableEncoding(encodings));
        }
        if (context.rendering() != Rendering.JSON) {
            if (coding != null) context.streamsBy(head -> stream(head, context.client(), coding));
            return rest.answer(context);
        }
        return whole(rest.answer(context), accepted, context);
    }

    private Answer whole(Answer answer, AcceptEncoding accepted, FilterContext context) {
        if (context.notModifiedBytes() >= minBytes) context.vary(ACCEPT_ENCODING);
        if (answer.contentType() == null || !mayBeEncoded(answer)) return answer;
        Answer plain = answer.encodedNow();
        ByteBuffer body = plain.encoded();
        boolean large = body.remaining() >= minBytes;
        if (large) context.vary(ACCEPT_ENCODING);
        ContentCoding coding = accepted.coding();
        return coding == null || (!large && accepted.plain()) ? plain : encoded(plain, body, coding);
    }

    private static boolean mayBeEncoded(Answer answer) {
        String cacheControl = answer.headers().getOrDefault("Cache-Control", "");
        return !answer.headers().containsKey(CONTENT_ENCODING)
                && !cacheControl.toLowerCase(Locale.ROOT).contains("no-transform");
    }

    private static Answer encoded(Answer plain, ByteBuffer body, ContentCoding coding) {
        return plain.withBytes(Compressor.whole(body, coding)).with(CONTENT_ENCODING, coding.label());
    }

    private AnswerStream stream(Map<String, String> head, Client client, ContentCoding coding) {
        if (!streams.tryAcquire()) return client.stream(head);
        head.put(CONTENT_ENCODING, coding.label());
        return new CompressedStream(client.stream(head), new Compressor(coding), streams::release);
    }
}
