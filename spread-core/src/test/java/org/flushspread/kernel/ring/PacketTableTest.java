package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.flushspread.kernel.base.InvariantViolation;
import org.junit.jupiter.api.Test;

/** What contradicts itself in a packet table is seen (ring-protocol 6). */
class PacketTableTest {
    private final PacketTable table = new PacketTable();

    @Test
    void figuresInTheirOrderAreFine() {
        figures(1, 2, 3, 3, 4);

        assertThatCode(() -> table.verify(table.highest)).doesNotThrowAnyException();
    }

    @Test
    void nothingIsDiscardedBeforeItsDelivery() {
        figures(3, 2, 2, 4, 4);

        seen("discarded 3, delivered 2");
    }

    @Test
    void nothingIsDeliveredInOrderAboveAHole() {
        figures(1, 3, 1, 2, 4);

        seen("delivered 3");
    }

    @Test
    void nothingIsEverywhereThatIsNotHere() {
        figures(1, 1, 3, 2, 4);

        seen("aru 3, my aru 2");
    }

    @Test
    void nothingIsHereThatDoesNotExist() {
        figures(1, 1, 1, 5, 4);

        seen("my aru 5, highest 4");
    }

    @Test
    void theAruNeverFalls() {
        figures(1, 1, 3, 4, 4);

        assertThatThrownBy(() -> table.stable(2))
                .isInstanceOf(InvariantViolation.class)
                .hasMessageContaining("2 after");
    }

    private void figures(int discarded, int delivered, int aru, int myAru, int highest) {
        table.lastDiscarded = discarded;
        table.lastDelivered = delivered;
        table.aru = aru;
        table.myAru = myAru;
        table.highest = highest;
    }

    private void seen(String figures) {
        assertThatThrownBy(() -> table.verify(table.highest))
                .isInstanceOf(InvariantViolation.class)
                .hasMessageContaining(figures);
    }
}
