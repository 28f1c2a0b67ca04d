package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.flushspread.fuzz.Steps;

/** What a member of the group that does not keep to the protocol can say to the others. */
public final class ReplicaFuzz {
    private static final ReplicaSettings SETTINGS = ReplicaSettings.DEFAULT;
    private static final int HEADER = 4;
    private static final int TYPES = 14;

    private ReplicaFuzz() {}

    public static void messages(byte[] input) {
        assertThat(ReplicaCodec.decode(ByteBuffer.wrap(input))).isNotNull();
        try {
            ReplicaCodec.metadata(ByteBuffer.wrap(input));
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining(" ");
        }
    }

    /**
     * Two honest members and one that lies. Bits of a step: 1 the honest ones' messages are delivered first, 2 they consent and a view
     * follows, 4 the bytes get the head of a message, the first byte its type, 8 it carries the number of what the group is at, 16 the
     * other honest member gets it too, 32 one submits a command, 64 the liar's name is that of an honest one that it hears itself, 128
     * the liar leaves the view or comes back.
     */
    public static void replica(byte[] input) {
        ScriptedMember a = new ScriptedMember("#a#d", ReplicaSettingsOf.founder(SETTINGS, true));
        ScriptedMember b = new ScriptedMember("#b#d", SETTINGS);
        ScriptedMember liar = new ScriptedMember("#z#d", SETTINGS);
        ScriptedMember.view(a, b, liar);
        boolean present = true;
        long tickets = 0;
        for (Steps steps = new Steps(input); steps.next(); ) {
            if (steps.is(1)) {
                ScriptedMember.deliverAll(a, b, liar);
            }
            if (steps.is(128)) {
                present = !present;
            }
            if (steps.is(2)) {
                ScriptedMember.flush(a, b);
                view(a, b, liar, present);
            }
            if (steps.is(32)) {
                a.submit(++tickets, "x");
            }
            byte[] bytes = steps.is(4) ? dressed(steps.bytes(), steps.is(8) ? at(a) : 0) : steps.bytes();
            ScriptedMember from = steps.is(64) ? b : liar;
            a.hear(from, bytes);
            if (steps.is(16)) {
                b.hear(from, bytes);
            }
            a.replica.endOfTurn();
            b.replica.endOfTurn();
            a.replica.audit();
            b.replica.audit();
        }
    }

    private static void view(ScriptedMember a, ScriptedMember b, ScriptedMember liar, boolean present) {
        if (present) {
            ScriptedMember.view(a, b, liar);
        } else {
            ScriptedMember.view(a, b);
        }
    }

    private static long at(ScriptedMember member) {
        return member.sends() ? ByteBuffer.wrap(member.takeNext()).getLong(HEADER) : 1;
    }

    private static byte[] dressed(byte[] bytes, long under) {
        if (bytes.length == 0) {
            return bytes;
        }
        ByteBuffer out = ByteBuffer.allocate(HEADER + Long.BYTES + bytes.length - 1);
        out.put(ReplicaCodec.vote(under)).position(HEADER - 1);
        out.put((byte) Math.floorMod(bytes[0], TYPES)).putLong(under).put(bytes, 1, bytes.length - 1);
        return out.array();
    }
}
