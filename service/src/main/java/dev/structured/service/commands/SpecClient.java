package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.structured.core.CancelScope;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.NotJsonException;
import dev.structured.service.aggregate.StrictJson;
import dev.structured.service.edge.Answer;
import dev.structured.service.edge.AnswerStream;
import dev.structured.service.edge.Client;
import dev.structured.service.edge.ReceivedBody;
import dev.structured.service.edge.WholeBody;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The client of a spec: its whole body is there at once, it reads the whole answer, and it never
/// disconnects.
final class SpecClient implements Client {
    private static final byte[] NO_BODY = {};

    private final byte[] body;
    private final ByteArrayOutputStream streamed = new ByteArrayOutputStream();
    private @Nullable Map<String, String> streamHeaders;
    private int streamStatus = 200;
    private boolean passed;

    /// @param body null for none
    SpecClient(byte @Nullable [] body) {
        this.body = body == null ? NO_BODY : body;
    }

    @Override
    public ReceivedBody readBody(int mostBytes, boolean keep) {
        if (body.length > mostBytes) return new ReceivedBody.TooLarge();
        return new ReceivedBody.Complete(keep ? body : NO_BODY);
    }

    @Override
    public boolean dropArrivedBody() {
        return true;
    }

    @Override
    public Optional<Answer> await(String task, Work work) throws BadRequestException {
        return Optional.of(work.make(new CancelScope("client")));
    }

    @Override
    public Optional<Answer> exchange(String task, Exchange work) {
        try {
            return Optional.of(work.make(new CancelScope("client"), new WholeBody(body)));
        } catch (InterruptedException e) {
            throw new IllegalStateException("A simulation interrupts nothing", e);
        }
    }

    @Override
    public AnswerStream stream(int status, List<HeaderField> fields) {
        streamStatus = status;
        passed = true;
        Map<String, String> headers = new LinkedHashMap<>();
        fields.forEach(each -> headers.merge(each.name(), each.value(), (one, more) -> one + ", " + more));
        return stream(headers);
    }

    @Override
    public <T extends @Nullable Object> T call(String task, Supplier<T> code) {
        return code.get();
    }

    @Override
    public AnswerStream stream(Map<String, String> headers) {
        streamHeaders = headers;
        return new AnswerStream() {
            @Override
            public void write(ByteBuffer bytes, boolean last) {
                byte[] piece = new byte[bytes.remaining()];
                bytes.get(piece);
                streamed.writeBytes(piece);
            }

            @Override
            public void abort() {
                throw new IllegalStateException("The client of a spec takes everything");
            }
        };
    }

    /// Returns true if the answer was sent in pieces.
    boolean hasStreamed() {
        return streamHeaders != null;
    }

    /// Returns the headers of the answer that was sent in pieces.
    Map<String, String> streamHeaders() {
        return streamHeaders == null ? Map.of() : new LinkedHashMap<>(streamHeaders);
    }

    /// Returns the status of the answer that was sent in pieces.
    int streamStatus() {
        return streamStatus;
    }

    /// Returns the body of the answer that was sent in pieces: of a page the events, each as its line of
    /// NDJSON would be. A body that was passed back is JSON if it can be parsed as JSON, and otherwise a
    /// text; missing if it is empty.
    JsonNode streamBody() {
        return passed ? passedBody() : events();
    }

    private JsonNode passedBody() {
        byte[] bytes = streamed.toByteArray();
        if (bytes.length == 0) return MissingNode.getInstance();
        try {
            return StrictJson.read(bytes);
        } catch (NotJsonException e) {
            return TextNode.valueOf(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private JsonNode events() {
        ArrayNode events = JsonNodeFactory.instance.arrayNode();
        String name = null;
        for (String line : streamed.toString(StandardCharsets.UTF_8).split("\n", -1)) {
            if (line.startsWith("event: ")) {
                name = line.substring("event: ".length());
            } else if (line.startsWith("data: ")) {
                events.addObject().put("event", name)
                        .setAll((ObjectNode) read(line.substring("data: ".length())));
            } else if (!line.isEmpty()) {
                events.add(read(line));
            }
        }
        return events;
    }

    private static JsonNode read(String json) {
        try {
            return StrictJson.read(json.getBytes(StandardCharsets.UTF_8));
        } catch (NotJsonException e) {
            throw new IllegalStateException("An event is not JSON", e);
        }
    }
}
