package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `answer` of a route may say.
final class AnswerCheckTest {
    private static final String FILE = """
            downstreams: {d: {url: "http://h:1"}}
            routes:
              - path: /r/{id}
                method: %s
                deadline: 1s
                %s
                parts:
                  must: {from: d, path: /q, required: true}
                  may: {from: d, path: /q}
                  set: {value: {a: 1}}
            """;

    /// The mark stands before the place of the mistake.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            GET  | answer: {status: §404}                                       | must be between 200 and 308
            GET  | answer: {status: §206}                                       | must be one of 200, 201, 202, 204
            GET  | answer: {status: §302}                                       | is a redirect and needs 'location'
            GET  | answer: {location: §/x}                                      | is for 201, 202 and redirects, but 'status' is 200
            GET  | answer: {status: 204, type: §application/hal+json}           | has no effect
            GET  | answer: {type: §text/plain}                                  | must be application/json or a media type that ends in +json
            POST | answer: {etag: §true}                                        | is for a route that answers GET
            GET  | answer: {status: 202, etag: §true}                           | is for a page that is sent with 200
            GET  | answer: {status: 201, location: "/x/§${may.id}"}             | but part 'may' may be missing; make it 'required: true'
            GET  | answer: {status: 201, location: "/x/§${none.id}"}            | has the unknown variable ${none.id}
            GET  | answer: {status: 201, location: "/x/§${set.b}"}              | has no such field
            GET  | answer: {status: 302, location: §"${id}"}                    | so that anyone could send clients anywhere
            GET  | answer: {status: 302, location: "/x§?a=b"}                   | must not contain '?'
            GET  | answer: {status: 302, location: "https://h/x§//y"}           | has an empty segment
            GET  | answer: {status: 302, location: §"javascript:x"}             | must be a path such as
            GET  | answer: {status: 302, location: §"h.test/x"}                 | must be a path such as
            GET  | answer: {status: 204, compress: §never}                      | has no effect: an answer with status 204 has no body
            GET  | answer: {compress: §sometimes}                               | must be one of auto, always, never
            """)
    void mistake_is_reported_at_its_place(String method, String answer, String words) {
        Mistake.isReportedAtMark(FILE.formatted(method, answer), words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"answer: {status: 201, location: \"/x/${must.id}\"}", "answer: {etag: true}",
            "answer: {status: 302, location: \"https://h.test:8443/x/${id}/${set.a}\"}",
            "answer: {status: 303, location: \"${must.url}\"}",
            "answer: {status: 307, location: https://h.test}",
            "answer: {status: 202, location: \"/jobs/${request.id}\"}",
            "answer: {type: application/hal+json}", "answer: {compress: always}"})
    void good_answer_is_good(String answer) {
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml", FILE.formatted("GET", answer)));
    }

    @Test
    void list_of_the_query_has_no_place_in_a_location() {
        Mistake.isReportedAtMark(FILE.formatted("GET",
                "answer: {status: 302, location: \"/x/§${tags}\"}\n    params: {tags: array}"),
                "declared as 'array' and cannot be put in a text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"answer: §{status: 202}"})
    void answer_of_a_batch_is_refused(String answer) {
        Mistake.isReportedAtMark(
                """
                        downstreams: {d: {url: "http://h:1"}}
                        routes:
                          - {path: "/p/{id}", deadline: 1s, parts: {p: {from: d, path: "/${id}"}}}
                          - {path: /all, method: POST, deadline: 1s, body: {}, batch: {route: "/p/{id}", \
                        items: "${body.ids}"}, %s}
                        """
                        .formatted(answer),
                "has no effect beside 'batch'");
    }

    @Test
    void compression_that_is_asked_for_needs_an_encoding() {
        Mistake.isReportedAtMark(
                "edge: {compression: {encodings: []}}\n"
                        + FILE.formatted("GET", "answer: {compress: §always}"),
                "'compression' of 'edge' names no encodings");
    }
}
