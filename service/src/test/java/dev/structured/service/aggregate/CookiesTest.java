package dev.structured.service.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How the header `Cookie` is read (RFC 6265bis, 4.2 and 5.8.3).
class CookiesTest {
    private static final Set<String> NAMES = Set.of("session", "a", "connect.sid", "__Host-id", "__proto__");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            session=abc                           | {"session":"abc"}
            session=abc; a=1                      | {"session":"abc","a":"1"}
            a=1;session=abc                       | {"a":"1","session":"abc"}
            other=1; session=abc; more=2          | {"session":"abc"}
            session=                              | {"session":""}
            session                               | {}
            =abc                                  | {}
            =session=abc                          | {}
            session =abc                          | {"session":"abc"}
            ;;; ;session=abc;;                    | {"session":"abc"}
            session=a=b==                         | {"session":"a=b=="}
            session="quoted"                      | {"session":"\\"quoted\\""}
            session="a;b"                         | {"session":"\\"a"}
            session=a,b c                         | {"session":"a,b c"}
            session={"json":1}                    | {"session":"{\\"json\\":1}"}
            SESSION=abc; Session=1                | {}
            session=first; session=second         | {"session":"first"}
            session=é; session=second             | {}
            session=a\u0001b                      | {}
            sessions=abc; xsession=1              | {}
            connect.sid=s%3Aabc                   | {"connect.sid":"s%3Aabc"}
            __Host-id=1; __proto__=2              | {"__Host-id":"1","__proto__":"2"}
            $Version=1; session=abc; $Path=/      | {"session":"abc"}
            a=${session}; session=${a}            | {"a":"${session}","session":"${a}"}
            """)
    void cookies_that_are_named_are_read(String field, String values) {
        assertEquals(values, Cookies.named(NAMES, field).toString());
    }

    @Test
    void cookie_is_as_long_as_browsers_keep_it() {
        String longest = "x".repeat(4_096 - "session".length());
        assertEquals(longest, Cookies.named(NAMES, "session=" + longest).path("session").asText());
        assertEquals("{}", Cookies.named(NAMES, "session=" + longest + "x").toString());
    }

    @Test
    void so_many_cookies_are_looked_at() {
        assertEquals("{\"a\":\"1\"}", Cookies.named(NAMES, "x=y; ".repeat(299) + "a=1").toString());
        assertEquals("{}", Cookies.named(NAMES, "x=y; ".repeat(300) + "a=1").toString());
    }

    @Test
    void call_sends_those_of_its_list_in_its_order() {
        var values = Cookies.named(NAMES, "a=1; session=x y; __Host-id=7");
        assertEquals("session=x y; a=1", Cookies.field(List.of("session", "connect.sid", "a"), values));
        assertNull(Cookies.field(List.of("connect.sid"), values));
        assertNull(Cookies.field(List.of("a"), null));
        assertNull(Cookies.field(List.of(), values));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            session=1; Path=/, HttpOnly | 1 | session=1; Path=/, HttpOnly
            other=1                     | 1 | null
            Session=1                   | 1 | null
            session                     | 1 | null
            =session=1                  | 1 | null
            session =1                  | 1 | session =1
            """)
    void cookies_of_an_answer_are_chosen_by_name(String value, int lines, String chosen) {
        assertEquals(lines, SetCookies.values(value).size());
        assertEquals(chosen, String.valueOf(SetCookies.chosen(value, List.of("session"))));
    }

    @Test
    void cookies_of_an_answer_stay_lines_of_their_own() {
        String text = SetCookies
                .add(SetCookies.add(SetCookies.add(null, "a=1; Expires=Tue, 01 Jan 2030 00:00:00 GMT"),
                        "evil=1"), "b=2");
        assertEquals(List.of("a=1; Expires=Tue, 01 Jan 2030 00:00:00 GMT", "b=2"),
                SetCookies.values(String.valueOf(SetCookies.chosen(text, List.of("a", "b")))));
        assertNull(SetCookies.chosen(null, List.of("a")));
    }
}
