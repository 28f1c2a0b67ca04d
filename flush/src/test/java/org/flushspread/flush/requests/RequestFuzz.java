package org.flushspread.flush.requests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.Role;
import org.flushspread.fuzz.Steps;

/** What anybody can send to the desk of a member that serves clients. */
public final class RequestFuzz {
    private static final DeskLimits SMALL = new DeskLimits(3, 100, 2, 2, 30_000);

    private RequestFuzz() {}

    public static void requests(byte[] input) {
        RequestCodec.Decoded decoded = RequestCodec.decode(ByteBuffer.wrap(input));
        if (decoded.why() == null && !decoded.items().isEmpty()) {
            byte[] again = RequestCodec.encode(decoded.client(), decoded.items());
            assertThat(RequestCodec.decode(ByteBuffer.wrap(again)).why()).isNull();
        }
    }

    /**
     * Bits of a step: 1 from another client, 2 the bytes get the head of a message, 4 all that was handed on ends, 8 the member becomes
     * primary or no longer is, 16 time passes, 32 the turn ends.
     */
    public static void desk(byte[] input) {
        List<Long> handed = new ArrayList<>();
        Desk desk = new Desk(SMALL, output(handed));
        desk.desks(List.of("#x#d1", "#y#d2"), "#y#d2");
        boolean primary = true;
        desk.role(Role.PRIMARY);
        long now = 0;
        for (Steps steps = new Steps(input); steps.next(); ) {
            byte[] bytes = steps.is(2) ? dressed(steps.bytes()) : steps.bytes();
            desk.message(steps.is(1) ? "#a#d1" : "#b#d1", ByteBuffer.wrap(bytes), now);
            assertThat(desk.pending()).isLessThanOrEqualTo(3);
            if (steps.is(4)) {
                handed.forEach(each -> desk.ended(each, Outcome.RESULT, new byte[] {1}, Lineage.NONE, 1));
                handed.clear();
            }
            if (steps.is(8)) {
                primary = !primary;
                desk.role(primary ? Role.PRIMARY : Role.MINORITY);
            }
            now += steps.is(16) ? 20_000 : 1;
            if (steps.is(32)) {
                desk.endOfTurn(now);
            }
        }
        desk.disconnected();
        handed.forEach(each -> desk.ended(each, Outcome.RESULT, new byte[] {1}, Lineage.NONE, 1));
        assertThat(desk.pending()).isZero();
    }

    /** A genuine head, and the bytes as its items. */
    private static byte[] dressed(byte[] bytes) {
        byte[] head = RequestCodec.encode(7, List.of());
        return ByteBuffer.allocate(head.length + bytes.length)
                .put(head)
                .put(bytes)
                .array();
    }

    private static Desk.Output output(List<Long> handed) {
        return new Desk.Output() {
            @Override
            public void send(String client, byte[] message) {
                assertThat(RequestCodec.decode(ByteBuffer.wrap(message)).why()).isNull();
            }

            @Override
            public void submit(long ticket, byte[] head, byte[] rest) {
                handed.add(ticket);
            }

            @Override
            public void read(long ticket, RequestItem.Read question) {
                handed.add(ticket);
            }

            @Override
            public void withdraw(long ticket) {
                handed.remove(ticket);
            }

            @Override
            public void report(ReplicaReason reason, String text) {
                assertThat(text).contains(" ");
            }
        };
    }
}
