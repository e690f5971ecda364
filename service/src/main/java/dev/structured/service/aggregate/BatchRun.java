package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.core.CancelScope;
import dev.structured.core.combine.Combine;
import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ShapedSegment;
import dev.structured.service.record.PageRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The making of many pages for one request. Each item of the batch is a page with its own outcome; several
/// are made at once.
final class BatchRun {
    private final PageSource source;
    private final RouteConfig route;
    private final BatchConfig batch;
    private final RouteConfig pages;
    private final Set<String> names;
    private final PageRequest request;
    private final Map<String, JsonNode> sent;

    /// @param source makes the pages
    /// @param pages the route of the pages in the batch
    BatchRun(PageSource source, RouteConfig route, BatchConfig batch, RouteConfig pages,
            PageRequest request,
            Map<String, JsonNode> sent) {
        this.source = source;
        this.route = route;
        this.batch = batch;
        this.pages = pages;
        this.names = pages.pattern().parameters();
        this.request = request;
        this.sent = sent;
    }

    /// Makes all pages and returns their outcomes, in the order of the request. Blocks. **Checkpoint.**
    ///
    /// @throws BadRequestException if the request has no list of items, or too long a list
    Outcome outcome() throws BadRequestException {
        List<@Nullable Map<String, String>> items = items();
        @Nullable
        Outcome[] outcomes = new @Nullable Outcome[items.size()];
        Duration timeout = request.allowed(route.deadline());
        PageRecorder recorder = request.recorder();
        if (recorder != null) recorder.plannedBatch(route.name(), outcomes.length, timeout);
        if (!timeout.isPositive()) return late();
        List<Integer> indexes = IntStream.range(0, outcomes.length).boxed().toList();
        CancelScope deadline = new CancelScope("deadline of " + route.path()).withTimeout(timeout);
        deadline.run(() -> Combine.map(indexes, batch.atOnce(), index -> {
            outcomes[index] = page(items.get(index), recorder == null ? null : recorder.ofBatch(index));
            return index;
        }));
        if (recorder != null && deadline.reason() != null) recorder.deadlinePassed();
        List<Outcome.Item> all = new ArrayList<>();
        for (int i = 0; i < outcomes.length; i++) {
            Outcome outcome = outcomes[i];
            Map<String, String> params = items.get(i);
            all.add(new Outcome.Item(params == null ? Map.of() : params, outcome == null ? late() : outcome));
        }
        return new Outcome.Batch(all);
    }

    /// Returns the parameters of each item's page; null for an invalid item.
    private List<@Nullable Map<String, String>> items() throws BadRequestException {
        JsonNode list = new Bindings(sent, Map.of(), null).find(batch.items());
        if (!list.isArray()) throw new BadRequestException(422, batch.items().text() + " must be a list");
        if (list.size() > batch.atMost()) {
            throw new BadRequestException(422, batch.items().text() + " has " + list.size()
                    + " elements; at most " + batch.atMost() + " are allowed in one request");
        }
        List<@Nullable Map<String, String>> items = new ArrayList<>();
        list.forEach(item -> items.add(params(item)));
        return items;
    }

    private Outcome page(@Nullable Map<String, String> params, @Nullable PageRecorder recorder) {
        if (params == null) return refused("an item must be " + wanted());
        for (Map.Entry<String, String> param : params.entrySet()) {
            ShapedSegment shaped = pages.pattern().shaped(param.getKey());
            if (shaped == null || shaped.fits(shaped.with(param.getValue()))) continue;
            return refused("parameter '" + param.getKey() + "' does not fit the path '" + pages.path() + "'");
        }
        try {
            return source.aggregate(pages, new PageRequest(request.id(), params, request.query(),
                    request.headers(), null, null, request.caller(), request.origin(), recorder,
                    request.memory()),
                    PartSink.NONE);
        } catch (BadRequestException e) {
            return refused(String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Map<String, String> params(JsonNode item) {
        Map<String, String> params = new LinkedHashMap<>();
        if (item.isValueNode() && !item.isNull() && names.size() == 1) {
            params.put(names.iterator().next(), item.asText());
            return params;
        }
        for (String name : names) {
            JsonNode value = item.path(name);
            if (!value.isValueNode() || value.isNull()) return null;
            params.put(name, value.asText());
        }
        return params;
    }

    private String wanted() {
        String object = "an object with " + String.join(", ", names);
        return names.size() == 1 ? "a single value, or " + object : object;
    }

    private Outcome refused(String why) {
        return new Outcome.Failed(new PartFailure("item", null, ErrorType.BAD_PARAMETER, null, why), 400);
    }

    private Outcome late() {
        return new Outcome.Failed(new PartFailure("item", null, ErrorType.DEADLINE_EXCEEDED, null,
                "not ready when the deadline of " + route.deadline().toMillis() + " ms passed"), 504);
    }
}
