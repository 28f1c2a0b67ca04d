package org.flushspread.tools.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the admin socket says is read strictly, and what programs get can be read. */
class JsonTest {
    @Test
    void jsonIsReadAsItWasWritten() {
        Object value = Json.parse(" {\"a\": [1, -2.5, true, null, \"x\\u00e9\\n\"], \"b\": {}, \"c\": []} ");
        assertThat(Json.parse(Json.of(value))).isEqualTo(value);
    }

    @Test
    void whatIsNoJsonIsRefused() {
        for (String text :
                List.of("", "{", "[1,", "{\"a\" 1}", "tru", "\"a", "1 2", "{1:2}", "\"\\u12\"", "-", "[".repeat(100))) {
            assertThatThrownBy(() -> Json.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
