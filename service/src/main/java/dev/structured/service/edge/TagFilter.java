package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/// Gives complete pages an `ETag`, and answers 304 to a client that has the page already (RFC 9110, 13.1.2).
///
/// The tag is a digest of the whole page as JSON, so that it changes when any part does. It is weak: the same
/// page may be sent with and without compression. A page that lacks a part has none, and is always sent.
final class TagFilter implements Filter {
    /// 128 bits of the digest: far more than chance needs.
    private static final int DIGITS = 32;

    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        Answer answer = rest.answer(context);
        if (!context.served().route().answer().etag() || !isCompletePage(context, answer)) return answer;
        Answer tagged = answer.encodedNow();
        String tag = tag(tagged.encoded());
        if (!matches(context.request().headers().values("If-None-Match"), tag))
            return tagged.with("ETag", tag);
        context.notModifiedBytes(tagged.encoded().remaining());
        return notModified(tagged, tag);
    }

    private static boolean isCompletePage(FilterContext context, Answer answer) {
        return context.rendering() == Rendering.JSON && answer.status() == 200
                && context.requestRecord().verdict() == Verdict.COMPLETE;
    }

    private static String tag(ByteBuffer page) {
        String digest = HexFormat.of().formatHex(Sha256.of(page));
        return "W/\"" + digest.substring(0, DIGITS) + "\"";
    }

    /// Compares weakly, as `If-None-Match` requires: with or without `W/`.
    private static boolean matches(List<String> header, String tag) {
        String opaque = tag.substring(2);
        for (String value : header) {
            if (value.strip().equals("*")) return true;
            for (String each : value.split(",", -1)) {
                String candidate = each.strip();
                if (candidate.equals(opaque) || candidate.equals(tag)) return true;
            }
        }
        return false;
    }

    /// Returns the answer without its body. The headers about the body's type go with it.
    private static Answer notModified(Answer page, String tag) {
        return new Answer(304, null, page.with("ETag", tag).headers(), null);
    }
}
