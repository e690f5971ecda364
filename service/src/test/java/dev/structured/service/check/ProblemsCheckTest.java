package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.yaml.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemsCheckTest {
    /// The mark stands before the place of the mistake.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            types: §https://errors.shop.example     | 'types' of 'problems' of the configuration must end with '/', '#', '=' or ':'
            types: §/problems/                      | must be a whole URI, such as https://errors.shop.example/
            types: §"http://a b/"                   | must be a whole URI
            language: §de                           | has no effect: there are no 'texts' in it
            language: §de_DE, texts: {404: {title: x}}    | must name a language, such as de
            texts: {§too-many-request: {title: x}}  | and no status from 400 to 599; did you mean 'too-many-requests'? (problems:
            texts: {§200: {title: x}}               | is none of the service's problems
            texts: {404: §{}}                       | says nothing; add 'title', 'detail' or 'type'
            texts: {404: {title: §"no ${request.id}"}} | has a variable, but none is filled in here
            texts: {404: {title: x, detail: §"${a}"}}  | write it in 'fields'
            fields: {§status: 1}                    | is a member that each problem has (RFC 9457); write 'texts'
            fields: {§type: x}                      | write 'types'
            fields: {§part: 1}                      | is a member that the service itself sets; choose another name
            fields: {§"a b": 1}                     | has a name that cannot be used
            fields: {code: §"${problem.title}"}     | those of problems are ${request.id} and ${problem.name}
            fields: {code: [1, {a: §"x ${id}"}]}    | has a variable that is not filled in here
            fields: {code: §True}                   | write true
            """)
    void mistake_is_told_where_it_stands(String problems, String words) {
        Mistake.isReportedAtMark("problems: {" + problems + "}\n" + Mistake.GOOD, words);
    }

    @Test
    void problem_of_an_optional_part_is_not_passed() {
        Mistake.replacing("budget: 300ms", "passProblem: true").isReported(17, 22,
                "'passProblem' of part 'price'",
                "is for a required part");
    }

    @Test
    void changes_are_shown() throws ConfigException {
        assertEquals(List.of("~ problems types: none → https://a.b/", "~ problems language: none → de",
                "~ problems texts: none → 404", "+ problems texts 404").subList(0, 2),
                ConfigDiff.between(ConfigReader.read("a", Mistake.GOOD),
                        ConfigReader.read("b", "problems: {types: "
                                + "https://a.b/, language: de, texts: {404: {title: x}}}\n" + Mistake.GOOD))
                        .subList(0, 2));
    }
}
