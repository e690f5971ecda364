package dev.structured.service.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.demo.Action.Answer;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Answers GETs of numbered resources: `/products/42`, `/prices/SKU-0042`. Numbers start at 1.
final class Shelf implements Function<Request, Answer> {
    private final String prefix;
    private final String thing;
    private final List<Answer> answers;

    /// @param prefix the path up to the number
    /// @param thing the word for the resource in error messages
    /// @param most the highest number
    /// @param data the resource with a given number
    Shelf(String prefix, String thing, int most, IntFunction<JsonNode> data) {
        this.prefix = prefix;
        this.thing = thing;
        this.answers = IntStream.rangeClosed(1, most)
                .mapToObj(id -> Answer.json(200, data.apply(id).toString()))
                .toList();
    }

    @Override
    public Answer apply(Request request) {
        if (!request.method().equals("GET")) return DemoDownstream.error(405, "only GET is answered here");
        String path = request.path();
        String shelf = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        if (!path.startsWith(shelf)) {
            return DemoDownstream.error(404, "there is nothing here but " + shelf + "...");
        }
        int id = path.startsWith(prefix) ? number(path.substring(prefix.length())) : 0;
        return id < 1 || id > answers.size()
                ? DemoDownstream.error(404, "there is no such " + thing)
                : answers.get(id - 1);
    }

    /// Returns the number that the text denotes; 0 if it is not a number.
    static int number(String text) {
        return text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
    }
}
