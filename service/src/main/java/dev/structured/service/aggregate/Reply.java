package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;

/// What a downstream answered.
///
/// @param status the HTTP status
/// @param body the JSON body of a 2xx answer; a missing node for any other status
public record Reply(int status, JsonNode body) {}
