package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.yaml.Key;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the service's own problems (RFC 9457) look.
///
/// @param types the beginning of the types of all problems; null for the service's own types
/// @param language the language of `texts`; null for none that is told
/// @param texts the texts of problems, by their names or by statuses
/// @param fields further members of each problem
public record ProblemsConfig(
        @Key(type = ProblemUri.class, says = "The beginning of the types of problems, which the name of the problem follows, such as "
                + "https://errors.shop.example/; urn:structured:problem: unless it is there.") //
        @Nullable String types,
        @Key(type = LanguageTag.class, says = "The language of 'texts', as Content-Language tells it, such as de or pt-BR.") //
        @Nullable String language,
        @Key(max = "100", each = "problem", names = ProblemName.class, says = "The texts of problems, by the problem's name or by the status.") //
        Map<String, ProblemTextConfig> texts,
        @Key(max = "20", each = "field", names = ProblemField.class, type = ProblemField.Value.class, says = "Further members of each problem: fixed JSON, in which ${request.id} and ${problem.name} are filled in.") //
        Map<String, JsonNode> fields) {

    /// As the service has them.
    public static final ProblemsConfig NONE = new ProblemsConfig(null, null, Map.of(), Map.of());

    public ProblemsConfig {
        texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
