package org.flushspread.tools.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.flushspread.tools.admin.Json;
import org.junit.jupiter.api.Test;

/** What commands of spmonitor print. */
class TableTest {
    @Test
    void columnsAreAlignedAndNumbersStandToTheRight() {
        assertThat(new Table("name", "queued_bytes", "+hash")
                        .row("a", 5, 1)
                        .row("longer", 12345, 2)
                        .row("none", null, null)
                        .lines())
                .containsExactly(
                        "NAME    QUEUED BYTES", "a                  5", "longer         12345", "none               -");
    }

    @Test
    void programsSeeEveryColumn() {
        StringWriter out = new StringWriter();
        new Table("name", "+hash").row("a\"b", 1L).print(Table.Format.json, new PrintWriter(out));
        assertThat(Json.parse(out.toString().strip())).isEqualTo(List.of(Map.of("name", "a\"b", "hash", 1L)));
    }

    /** Names of groups are bytes of anybody's choice. */
    @Test
    void namesDoNotMoveTheCursor() {
        assertThat(new Table("name").row("a\u001b[2Jb").lines().get(1)).isEqualTo("a?[2Jb");
    }

    @Test
    void whateverIsMoreThanNothingHasABar() {
        assertThat(WatchScreen.bar(0, 10)).isEqualTo(' ');
        assertThat(WatchScreen.bar(0.01, 10)).isEqualTo('\u2581');
        assertThat(WatchScreen.bar(10, 10)).isEqualTo('\u2588');
    }
}
