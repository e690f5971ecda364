package dev.structured.service.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.NotJsonException;
import dev.structured.service.aggregate.SplicedJson;
import dev.structured.service.aggregate.StrictJson;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A page into which an answer is spliced is, byte by byte, the page for which the answer was read and
/// written, and a body that is refused is refused for the same reason.
class SplicedJsonTest {
    private static final String[] SPACES = {"", "", "", " ", "\n  ", "\t", "\r\n"};
    private static final String[] TEXTS = {"", "a", "plain text", "é€", "\u007f\u2028", "😀",
            "\\n\\t\\\"\\\\",
            "\\/",
            "\\u00e9", "\\u0001", "\\u001F", "\\ud83d\\ude00", "\\ud83d", "\\x", "\t", "1e5", "-0", "a e1"};
    private static final String[] NUMBERS = {"0", "7", "-1", "-0", "-0.0", "0.0", "10.50", "1e5", "1E-7",
            "0.0000001", "0.00000010", "123456789012345678901234567890", "-1.50", "1.0E400", "01", "1.", "-",
            "5e"};

    private static String random(Random random, int depth) {
        return switch (random.nextInt(depth > 5 ? 4 : 7)) {
            case 0 -> '"' + any(random, TEXTS) + '"';
            case 1, 2 -> any(random, NUMBERS);
            case 3 -> any(random, new String[]{"true", "false", "null"});
            case 4 -> list(random, depth);
            default -> object(random, depth);
        };
    }

    private static String any(Random random, String[] from) {
        // The last ones of each are rare, so that most bodies are good.
        int end = random.nextInt(10) == 0 ? from.length : Math.min(from.length, 7);
        return from[random.nextInt(end)];
    }

    private static String space(Random random) {
        return SPACES[random.nextInt(SPACES.length)];
    }

    private static String list(Random random, int depth) {
        StringBuilder list = new StringBuilder("[").append(space(random));
        for (int i = random.nextInt(4); i > 0; i--) {
            list.append(random(random, depth + 1)).append(space(random));
            if (i > 1) list.append(',').append(space(random));
        }
        return list.append(']').toString();
    }

    private static String object(Random random, int depth) {
        StringBuilder object = new StringBuilder("{").append(space(random));
        for (int i = random.nextInt(5); i > 0; i--) {
            String name = random.nextInt(8) == 0 ? any(random, TEXTS) : "k" + i;
            object.append('"').append(name).append('"').append(space(random)).append(':')
                    .append(space(random))
                    .append(random(random, depth + 1)).append(space(random));
            if (i > 1) object.append(',').append(space(random));
        }
        return object.append('}').toString();
    }

    /// Returns the bytes, some of them with one byte changed, left out or added.
    private static byte[] damaged(Random random, byte[] good) {
        if (good.length == 0 || random.nextInt(3) > 0) return good;
        int at = random.nextInt(good.length);
        byte[] bad = Arrays.copyOf(good, good.length + 1);
        byte other = (byte) ("{}[]\",:\\ 0-e.\u0000".charAt(random.nextInt(14))
                + (random.nextInt(9) == 0 ? 128 : 0));
        return switch (random.nextInt(3)) {
            case 0 -> {
                bad[at] = other;
                yield Arrays.copyOf(bad, good.length);
            }
            case 1 -> {
                System.arraycopy(good, at, bad, at + 1, good.length - at);
                bad[at] = other;
                yield bad;
            }
            default -> {
                System.arraycopy(good, at + 1, bad, at, good.length - at - 1);
                yield Arrays.copyOf(bad, good.length - 1);
            }
        };
    }

    /// Reads bytes as JSON.
    private interface Reading {
        JsonNode read(byte[] bytes) throws NotJsonException;
    }

    private static String page(byte[] body, Reading reading) {
        try {
            ObjectNode page = JsonNodeFactory.instance.objectNode();
            page.set("part", reading.read(body));
            page.put("after", 1);
            return UTF_8.decode(JsonText.encoded(page)).toString();
        } catch (NotJsonException e) {
            return e.why() + " at " + e.place();
        }
    }

    @Test
    void page_is_the_same_as_with_an_answer_that_was_read() {
        int spliced = 0;
        int refused = 0;
        for (int seed = 0; seed < 30_000; seed++) {
            Random random = new Random(seed);
            String text = space(random) + random(random, 0) + space(random);
            byte[] body = damaged(random, text.getBytes(UTF_8));
            String expected = page(body, StrictJson::read);
            assertEquals(expected, page(body, SplicedJson::of), () -> "body " + new String(body, UTF_8));
            if (!expected.startsWith("{")) refused++;
            else if (isSpliced(body)) spliced++;
        }
        assertTrue(spliced > 3_000 && refused > 3_000, spliced + " spliced, " + refused + " refused");
    }

    private static boolean isSpliced(byte[] body) {
        try {
            return SplicedJson.is(SplicedJson.of(body));
        } catch (NotJsonException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{\"a\":[1,2.50,true,null,\"é\\n\"]}", " [ 1 , { \"a\" : -7 } ]\n",
            "[\"1e5\",\"-0\",\"a b\"]"})
    void body_that_would_be_written_alike_is_spliced(String body) throws NotJsonException {
        JsonNode value = SplicedJson.of(body.getBytes(UTF_8));
        assertTrue(SplicedJson.is(value));
        assertEquals(StrictJson.read(body.getBytes(UTF_8)).toString(), value.toString());
        assertEquals(value.toString().getBytes(UTF_8).length, SplicedJson.length(value));
        assertEquals(value, SplicedJson.of(value.toString().getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1e5]", "[-0]", "[-0.0]", "[\"\\/\"]", "[\"\\u00e9\"]", "[\"😀\"]", "1", "\"a\"",
            "null",
            " true"})
    void body_that_would_be_written_otherwise_is_read(String body) throws NotJsonException {
        assertFalse(SplicedJson.is(SplicedJson.of(body.getBytes(UTF_8))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, 31, 32, 200})
    void name_that_is_twice_among_many_is_found(int names) throws NotJsonException {
        StringBuilder object = new StringBuilder("{\"first\":0");
        for (int i = 1; i < names; i++) object.append(",\"name ").append(i).append("\":{\"name 1\":[{}]}");
        String good = "[" + object + "}," + object + "}]";
        assertTrue(SplicedJson.is(SplicedJson.of(good.getBytes(UTF_8))));
        for (String again : new String[]{"first", "name " + (names - 1)}) {
            if (names == 1 && !again.equals("first")) continue;
            byte[] bad = ("[" + object + "}," + object + ",\"" + again + "\":1}]").getBytes(UTF_8);
            NotJsonException refused = assertThrows(NotJsonException.class, () -> SplicedJson.of(bad));
            assertEquals("has an object with a key twice", refused.why());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101})
    void depth_is_limited(int depth) {
        byte[] body = ("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8);
        assertEquals(page(body, StrictJson::read), page(body, SplicedJson::of));
        byte[] objects = ("{\"a\":".repeat(depth) + "1" + "}".repeat(depth)).getBytes(UTF_8);
        assertEquals(page(objects, StrictJson::read), page(objects, SplicedJson::of));
    }

    @Test
    void large_body_is_spliced_whole() throws NotJsonException {
        String body = "[" + "\"0123456789\",".repeat(50_000) + "0]";
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        page.set("one", SplicedJson.of(body.getBytes(UTF_8)));
        page.set("two", SplicedJson.of(("[ " + body + " ]").getBytes(UTF_8)));
        assertEquals("{\"one\":" + body + ",\"two\":[" + body + "]}",
                UTF_8.decode(JsonText.encoded(page)).toString());
    }
}
