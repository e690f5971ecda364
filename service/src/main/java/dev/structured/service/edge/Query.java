package dev.structured.service.edge;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The query of a request, decoded strictly as `application/x-www-form-urlencoded` in UTF-8.
final class Query {
    private Query() {}

    /// Returns the parameters in order, each with its values in order.
    ///
    /// @param query encoded; null for none
    /// @throws Refusal if the query is not percent-encoded UTF-8
    static Map<String, List<String>> of(@Nullable String query) throws Refusal {
        if (query == null || query.isEmpty()) return Map.of();
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) continue;
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            parameters.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
        }
        return parameters;
    }

    private static String decode(String text) throws Refusal {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) return text;
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            switch (encoded[i]) {
                case '+' -> decoded.put((byte) ' ');
                case '%' -> {
                    decoded.put(escaped(encoded, i));
                    i += 2;
                }
                default -> decoded.put(encoded[i]);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new Refusal(EdgeProblems.badQuery());
        }
    }

    private static byte escaped(byte[] encoded, int percent) throws Refusal {
        if (percent + 2 >= encoded.length || !HexFormat.isHexDigit(encoded[percent + 1])
                || !HexFormat.isHexDigit(encoded[percent + 2])) {
            throw new Refusal(EdgeProblems.badQuery());
        }
        return (byte) (HexFormat.fromHexDigit(encoded[percent + 1]) << 4
                | HexFormat.fromHexDigit(encoded[percent + 2]));
    }
}
