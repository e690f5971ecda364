package dev.structured.service.check;

import dev.structured.service.config.ProblemTextConfig;
import dev.structured.service.config.ProblemsConfig;
import dev.structured.service.yaml.SourceMap;
import org.jspecify.annotations.Nullable;

/// What must hold for how problems look.
record ProblemsCheck(ProblemsConfig problems, SourceMap places) {

    void check() {
        String types = problems.types();
        if (types != null && places.isSound(problems, "types")
                && "/#:=".indexOf(types.charAt(types.length() - 1)) < 0) {
            places.report(problems, "types",
                    "must end with '/', '#', '=' or ':', since the name of the problem "
                            + "follows; it is '" + types + "'");
        }
        if (!places.isSound(problems, "texts")) return;
        problems.texts().forEach(this::check);
        boolean hasWords = problems.texts().values().stream()
                .anyMatch(text -> text.title() != null || text.detail() != null);
        if (problems.language() != null && !hasWords) {
            places.report(problems, "language",
                    "has no effect: there are no 'texts' in it; add some, or remove it");
        }
    }

    private void checkFixed(ProblemTextConfig text, String key, @Nullable String words) {
        if (words == null || !words.contains("${")) return;
        places.report(text, key,
                "has a variable, but none is filled in here: clients would get '${...}' as text; "
                        + "write it in 'fields'");
    }

    private void check(String name, ProblemTextConfig text) {
        if (!places.isSound(text, "title", "detail", "type")) return;
        checkFixed(text, "title", text.title());
        checkFixed(text, "detail", text.detail());
        if (text.title() != null || text.detail() != null || text.type() != null) return;
        places.of(text).report("says nothing; add 'title', 'detail' or 'type', or remove it");
    }
}
