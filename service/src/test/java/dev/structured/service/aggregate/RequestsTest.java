package dev.structured.service.aggregate;

import static dev.structured.service.aggregate.Downstreams.answers;
import static dev.structured.service.aggregate.Downstreams.hangs;
import static dev.structured.service.aggregate.Downstreams.json;
import static dev.structured.service.aggregate.Downstreams.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.service.config.RouteConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a client sends and gets, as a file says it: parameters, bodies, batches, parts as they come in.
final class RequestsTest {

    @Nested
    final class A_request extends EngineFixture {
        private final RouteConfig route = routes("""
                - path: /things/{id}
                  method: POST
                  deadline: 800ms
                  params:
                    id: integer
                    limit: {type: integer, min: 1, max: 100, default: 10}
                    sort: {oneOf: [asc, desc]}
                    full: {type: boolean, required: true}
                  body:
                    fields:
                      name: {type: string, max: 5, required: true}
                      tags: {type: array, max: 2}
                      size: {type: number, default: 1.5}
                  parts:
                    x: {from: x, method: POST, path: '/x/${id}/${limit}', query: {s: '${sort}'},
                        body: {id: '${id}', all: '${body}', size: '${body.size}'}}
                """).getFirst();

        private PageRequest request(String id, Map<String, List<String>> query, String body) {
            return new PageRequest("r", Map.of("id", id), query, Map.of(), json(body), null);
        }

        @Test
        void gives_typed_values() {
            List<Call> calls = new ArrayList<>();
            downstreams.on("x", call -> {
                calls.add(call);
                return new Reply(200, json("1"));
            });

            page(route, request("007", Map.of("full", List.of("true")), "{\"name\":\"n\",\"other\":[1]}"));

            assertEquals("/x/7/10", calls.getFirst().path());
            assertEquals(
                    json("{\"id\":7,\"all\":{\"name\":\"n\",\"other\":[1],\"size\":1.5},\"size\":1.5}")
                            .toString(),
                    String.valueOf(calls.getFirst().body()));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                x  | full=true            | {"name":"n"} | 400 | parameter 'id' must be a whole number
                1  |                      | {"name":"n"} | 400 | parameter 'full' is missing; it must be true or false
                1  | full=yes             | {"name":"n"} | 400 | parameter 'full' must be true or false
                1  | full=true&limit=0    | {"name":"n"} | 400 | parameter 'limit' must be a whole number from 1 to 100
                1  | full=true&limit=1.5  | {"name":"n"} | 400 | parameter 'limit' must be a whole number from 1 to 100
                1  | full=true&limit=1,2  | {"name":"n"} | 400 | parameter 'limit' is given 2 times; give it once
                1  | full=true&sort=up    | {"name":"n"} | 400 | parameter 'sort' must be one of asc, desc
                1  | full=true            | {}           | 422 | field 'name' of the body is missing; it must be text of at most 5 characters
                1  | full=true            | {"name":"123456"} | 422 | field 'name' of the body must be text of at most 5 characters
                1  | full=true            | {"name":"n","tags":"x"} | 422 | field 'tags' of the body must be a list of at most 2 elements
                1  | full=true            | {"name":"n","tags":[1,2,3]} | 422 | field 'tags' of the body must be a list of at most 2 elements
                1  | full=true            | {"name":"n","size":"1"} | 422 | field 'size' of the body must be a number
                1  | full=true            | [1]          | 422 | the request needs a JSON object as its body
                """)
        void that_breaks_a_rule_is_refused(String id, @Nullable String query, String body, int status,
                String message) {
            Map<String, List<String>> sent = new java.util.HashMap<>();
            for (String pair : query == null ? List.<String>of() : List.of(query.split("&", -1))) {
                String[] words = pair.split("=", 2);
                sent.put(words[0], List.of(words[1].split(",", -1)));
            }
            BadRequestException e = assertThrows(BadRequestException.class, () -> scheduler.call("POST",
                    () -> aggregator(downstreams.on("x", answers("1")), route).aggregate(route,
                            request(id, sent, body), PartSink.NONE)));

            assertEquals(message, e.getMessage());
            assertEquals(status, e.status());
        }

        private Aggregator aggregator(Downstreams ready, RouteConfig of) {
            return new Aggregator(List.of(of), ready.downstreams(), AggregateObserver.NONE);
        }
    }

    @Nested
    final class A_batch extends EngineFixture {
        private final List<RouteConfig> routes = routes("""
                - path: /things/{id}
                  deadline: 100ms
                  params: {id: integer}
                  parts:
                    x: {from: x, path: '/x/${id}', required: true}
                    y: {from: y, path: '/y/${id}'}
                - path: /things
                  method: POST
                  deadline: 250ms
                  body: {fields: {ids: {type: array, required: true}}}
                  batch: {route: '/things/{id}', items: '${body.ids}', atMost: 5, atOnce: 2}
                """);

        private Outcome batch(String ids) {
            Aggregator aggregator = aggregator(routes.toArray(RouteConfig[]::new));
            return scheduler.call("POST", () -> {
                try {
                    return aggregator.aggregate(routes.get(1),
                            new PageRequest("r", Map.of(), Map.of(), Map.of(),
                                    json("{\"ids\":" + ids + "}"), null),
                            PartSink.NONE);
                } catch (BadRequestException e) {
                    throw new IllegalArgumentException(e);
                }
            });
        }

        @Test
        void makes_a_page_an_item_each_with_its_own_outcome_in_order() {
            downstreams.on("x",
                    call -> call.path().equals("/x/2") ? status(404).call(call) : answers("1").call(call))
                    .on("y", call -> call.path().equals("/y/3")
                            ? status(500).call(call)
                            : answers("2").call(call));

            List<Outcome.Item> items = ((Outcome.Batch) batch("[1, 2, \"3\", \"no\", {\"id\": 5}]")).items();

            assertEquals(List.of("Complete", "Failed", "Partial", "Failed", "Complete"),
                    items.stream().map(item -> item.outcome().getClass().getSimpleName()).toList());
            assertEquals(List.of(404, 400), items.stream().map(Outcome.Item::outcome)
                    .filter(Outcome.Failed.class::isInstance)
                    .map(failed -> ((Outcome.Failed) failed).status())
                    .toList());
            assertEquals(Map.of("id", "5"), items.getLast().params());
        }

        @Test
        void makes_few_at_a_time_and_what_is_not_ready_in_time_says_so() {
            downstreams.on("x", hangs()).on("y", hangs());

            List<Outcome.Item> items = ((Outcome.Batch) batch("[1,2,3,4,5]")).items();

            assertEquals(5, items.size());
            assertTrue(items.stream()
                    .allMatch(item -> item.outcome() instanceof Outcome.Failed(var failure, var status)
                            && failure.type() == ErrorType.DEADLINE_EXCEEDED && status == 504));
            assertTime(250);
        }

        @Test
        void whose_time_is_used_up_on_arrival_makes_no_page() throws BadRequestException {
            downstreams.on("x", answers("1")).on("y", answers("1"));
            Aggregator aggregator = aggregator(routes.toArray(RouteConfig[]::new));
            PageRequest request = new PageRequest("r", Map.of(), Map.of(), Map.of(),
                    json("{\"ids\":[1]}"), Duration.ZERO);
            Outcome outcome = Scheduler.shared().call("request",
                    () -> aggregator.aggregate(routes.get(1), request, PartSink.NONE));

            assertEquals(504, assertInstanceOf(Outcome.Failed.class, outcome).status());
        }

        @Test
        void has_an_end() {
            downstreams.on("x", answers("1")).on("y", answers("1"));

            assertEquals("${body.ids} has 6 elements; at most 5 are allowed in one request",
                    assertThrows(IllegalArgumentException.class, () -> batch("[1,2,3,4,5,6]")).getCause()
                            .getMessage());
        }
    }

    @Nested
    final class A_sink extends EngineFixture {

        @Test
        void gets_parts_as_they_come_in_and_what_stands_in_for_those_that_do_not()
                throws BadRequestException {
            downstreams.on("slow", answers("1", 50)).on("fast", answers("2", 10)).on("broken", status(500))
                    .on("hung", hangs()).on("hidden", answers("5"));
            RouteConfig route = route("""
                    slow: {from: slow, path: /}
                    fast: {from: fast, path: /}
                    broken: {from: broken, path: /, onFailure: fallback, fallback: 3}
                    hung: {from: hung, path: /}
                    hidden: {from: hidden, path: /, show: false}
                    unwanted: {from: slow, path: '/${hidden.v}', when: ["${id} == 1"]}
                    """);
            List<String> events = Collections.synchronizedList(new ArrayList<>());

            scheduler.call("GET", () -> aggregator(route).aggregate(route,
                    PageRequest.of(Map.of("id", "42"), Map.of()), new PartSink() {
                        @Override
                        public void present(String part, JsonNode value) {
                            Checkpoints.checkpoint();
                            events.add(part + " " + value);
                        }

                        @Override
                        public void missing(PartFailure failure) {
                            events.add(failure.part() + " " + failure.type().label());
                        }
                    }));

            assertEquals(List.of("broken status", "broken 3", "fast 2", "slow 1", "hung deadline_exceeded"),
                    events);
        }
    }
}
