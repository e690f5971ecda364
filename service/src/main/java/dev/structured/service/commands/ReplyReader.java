package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;
import java.util.Map;

/// Reads the scripted answer of a spec as the service reads the answer of a real downstream.
@FunctionalInterface
public interface ReplyReader {
    /// Returns the reply that the service would make of an answer.
    ///
    /// @param headers all headers of the answer; the reply has those that count
    /// @param body the JSON body, missing for none; ignored unless the status is 2xx
    /// @throws DownstreamException if the service refuses the answer
    Reply read(Call call, int status, Map<String, String> headers, JsonNode body) throws DownstreamException;
}
