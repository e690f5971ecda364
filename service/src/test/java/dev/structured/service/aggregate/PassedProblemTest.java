package dev.structured.service.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassedProblemTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"https://x/y","title":"T","detail":"D","left":0} | {"type":"https://x/y","title":"T","detail":"D","left":0}
            {"title":"T","status":422,"instance":"/internal/7"}      | {"title":"T"}
            {"title":"T","part":"x","error":"y","downstream":"z","upstreamStatus":1} | {"title":"T"}
            {"title":"T","type":"javascript:alert(1)"}               | {"title":"T"}
            {"title":"T","type":"/relative"}                         | {"title":"T"}
            {"title":"T","type":"about:blank"}                       | {"title":"T"}
            {"title":{"a":1},"detail":7,"x":1}                       | {"x":1}
            {"title":" ","detail":"D"}                               | {"detail":"D"}
            {"title":"a\\u0000\\r\\nb\\u202ec"}                      | {"title":"a   b c"}
            {"title":"T","bad name":1,"":2,"${x}":3,"a.b":4}         | {"title":"T"}
            {"title":"T","e":[{"p":{"q":{"r":1}}}]}                  | {"title":"T","e":[{"p":{"q":null}}]}
            {"errors":[{"field":"qty\\u0007","why":"too many"}]}     | {"errors":[{"field":"qty ","why":"too many"}]}
            """)
    void members_of_the_right_form_are_passed(String sent, String passed) throws Exception {
        assertEquals(JSON.readTree(passed), PassedProblem.of(JSON.readTree(sent.replace("\\\\", "\\"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "\"x\"", "{}", "{\"status\":400}"})
    void what_says_nothing_is_not_passed(String sent) throws Exception {
        assertNull(PassedProblem.of(JSON.readTree(sent)));
        assertNull(PassedProblem.of(MissingNode.getInstance()));
    }

    @Test
    void it_is_bounded() throws Exception {
        ObjectNode many = JSON.createObjectNode().put("title", "x".repeat(10_000));
        for (int i = 0; i < 500; i++) many.put("m" + i, i);
        many.putArray("list");

        JsonNode passed = PassedProblem.of(many);

        assertEquals(1_000, passed.path("title").asText().length());
        assertTrue(passed.size() <= 23, () -> "" + passed.size());
    }
}
