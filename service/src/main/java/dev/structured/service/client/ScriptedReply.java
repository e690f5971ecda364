package dev.structured.service.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.SetCookies;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpStatus;

/// Makes the reply that [HttpDownstream] would make of an answer, without a connection. Specs use it.
public final class ScriptedReply {
    private ScriptedReply() {}

    /// Returns the reply.
    ///
    /// @param headers all headers of the answer, a line for each value; the reply has the relevant ones
    /// @param body the JSON body; ignored unless the status is 2xx, or it is a problem that the call wants
    public static Reply of(Call call, int status, Map<String, String> headers, JsonNode body) {
        ReplyHead head = new ReplyHead(call.wanted());
        headers.forEach((name, value) -> SetCookies.values(value)
                .forEach(each -> head.add(new HttpField(name, each))));
        boolean counts = HttpStatus.isSuccess(status) || head.hasWantedProblem();
        return head.reply(call, status, counts ? body : MissingNode.getInstance(), true);
    }
}
