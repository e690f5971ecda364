package dev.structured.service.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.SetCookies;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpStatus;

/// Makes the reply that [HttpDownstream] would make of an answer, without a connection. Specs use it.
public final class ScriptedReply {
    private ScriptedReply() {}

    /// Returns the reply, unless the answer is one that is refused.
    ///
    /// @param headers all headers of the answer, a line for each value; the reply has the relevant ones
    /// @param body the JSON body, missing for none; ignored unless the status is 2xx, or it is a problem that
    ///     the call wants
    /// @throws DownstreamException if the answer is refused
    public static Reply read(Call call, int status, Map<String, String> headers, JsonNode body)
            throws DownstreamException {
        if (status == HttpStatus.PARTIAL_CONTENT_206) throw ClientExchange.partial();
        return of(call, status, headers, body);
    }

    /// Returns the reply.
    ///
    /// @param headers all headers of the answer, a line for each value; the reply has the relevant ones
    /// @param body the JSON body, missing for none; ignored unless the status is 2xx, or it is a problem that
    ///     the call wants
    public static Reply of(Call call, int status, Map<String, String> headers, JsonNode body) {
        ReplyHead head = new ReplyHead(call.wanted());
        headers.forEach((name, value) -> SetCookies.values(value)
                .forEach(each -> head.add(new HttpField(name, each))));
        JsonNode counts = MissingNode.getInstance();
        if (HttpStatus.isSuccess(status)) counts = isEmpty(status, body) ? NullNode.getInstance() : body;
        else if (head.hasWantedProblem()) counts = body;
        return head.reply(call, status, counts, true);
    }

    private static boolean isEmpty(int status, JsonNode body) {
        return status == HttpStatus.NO_CONTENT_204 || status == HttpStatus.RESET_CONTENT_205
                || body.isMissingNode();
    }
}
