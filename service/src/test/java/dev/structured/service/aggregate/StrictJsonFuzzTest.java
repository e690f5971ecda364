package dev.structured.service.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/// Bytes of a body are one JSON value or are refused; what was read can be written, and is the same when it
/// is read again.
class StrictJsonFuzzTest {
    private static final ObjectMapper WRITER = JsonMapper.builder().build();

    @FuzzTest(maxDuration = "4s")
    void bytes_are_read_or_refused(byte[] bytes) throws JsonProcessingException {
        JsonNode read;
        try {
            read = StrictJson.read(bytes);
        } catch (NotJsonException refused) {
            return;
        }
        byte[] written = WRITER.writeValueAsBytes(read);
        try {
            assertEquals(read.toString(), StrictJson.read(written).toString());
        } catch (NotJsonException longer) {
            // A number that is written without its exponent may be longer than one that is read.
            if (!String.valueOf(longer.getMessage()).contains("over a limit"))
                throw new AssertionError(longer);
        }
    }
}
