package org.flushspread.flush.replica;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.flush.replica.ScriptedMember.deliverAll;
import static org.flushspread.flush.replica.ScriptedMember.deliverSome;
import static org.flushspread.flush.replica.ScriptedMember.flush;
import static org.flushspread.flush.replica.ScriptedMember.view;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** replica-protocol R14: a transfer of the state goes on over changes of the view, where that makes the newest state. */
class TransferGoesOnTest {
    private static final int SIZE = 20_000;
    private static final int PIECE = 100;
    private static final ReplicaSettings SETTINGS = ReplicaSettingsOf.inPieces(ReplicaSettings.DEFAULT, PIECE);
    private static final int IN_FLIGHT = PIECE * SETTINGS.chunksInFlight();

    private final ScriptedMember a = new ScriptedMember("a", ReplicaSettingsOf.founder(SETTINGS, true));
    private final ScriptedMember joiner = new ScriptedMember("joiner", SETTINGS);

    private static void fill(ScriptedMember... members) {
        view(members);
        deliverAll(members);
        members[0].submit(1, "x".repeat(SIZE));
        deliverAll(members);
    }

    /** A view in which a part of the state is moved, and a command is done at its end. */
    private static void move(int ticket, ScriptedMember... members) {
        view(members);
        for (int i = 0; i < 100 && members[0].role() != Role.PRIMARY; i++) {
            deliverSome(1, members);
        }
        assertThat(members[0].role()).isEqualTo(Role.PRIMARY);
        members[0].submit(ticket, "<" + ticket + ">");
        flush(members);
    }

    @Test
    void whoComesAndGoesDoesNotHoldUpTheTransferToAnother() {
        fill(a);
        int views = 0;
        while (joiner.role() != Role.PRIMARY && views < 200) {
            move(10 + views++, a, joiner);
            move(10 + views++, a, joiner, new ScriptedMember("flapping" + views, SETTINGS));
        }
        assertThat(views).isGreaterThan(10);
        view(a, joiner);
        deliverAll(a, joiner);
        assertThat(joiner.role()).isEqualTo(Role.PRIMARY);
        assertThat(joiner.state).isEqualTo(a.state).endsWith("<" + (9 + views) + ">");
        assertThat(joiner.replica.version()).isEqualTo(a.replica.version());
        assertThat(joiner.replica.lastPrimary()).isEqualTo(a.replica.lastPrimary());
        assertThat(a.handedOut.get("joiner")).isEqualTo(SIZE);
    }

    @Test
    void theTransferGoesOnAlsoWhereTheDonorIsNotTheFirstHolderAnyMore() {
        ScriptedMember b = new ScriptedMember("b", SETTINGS);
        fill(a, b);
        move(2, a, b, joiner);
        view(b, a, joiner);
        deliverAll(b, a, joiner);
        assertThat(joiner.state).isEqualTo(b.state);
        assertThat(b.handedOut).doesNotContainKey("joiner");
        assertThat(a.handedOut.get("joiner")).isEqualTo(SIZE);
    }

    @Test
    void withoutTheDonorItBeginsAnewFromAnother() {
        ScriptedMember b = new ScriptedMember("b", SETTINGS);
        fill(a, b);
        move(2, a, b, joiner);
        int before = a.handedOut.get("joiner");
        view(b, joiner);
        deliverAll(b, joiner);
        assertThat(before).isLessThan(SIZE);
        assertThat(b.role()).isEqualTo(Role.MINORITY); // a is the first of two
        view(a, b, joiner);
        deliverAll(a, b, joiner);
        assertThat(joiner.state).isEqualTo(a.state);
        view(b, joiner);
        deliverAll(b, joiner);
        assertThat(joiner.role()).isEqualTo(Role.PRIMARY);
    }

    /** R6 and R26: what a person decides to go on with, a joiner may have begun to get before. */
    @Test
    void aPersonsDecisionLeavesWhatHasComeOfTheState() {
        ScriptedMember b = new ScriptedMember("b", SETTINGS);
        b.spares = true;
        fill(a, b);
        move(2, a, b, joiner);
        view(b, joiner);
        deliverAll(b, joiner);
        assertThat(b.role()).isEqualTo(Role.MINORITY);
        assertThat(b.replica.bootstrap()).isTrue();
        deliverAll(b, joiner);
        assertThat(joiner.role()).isEqualTo(Role.PRIMARY);
        assertThat(joiner.state).isEqualTo(b.state);
        assertThat(joiner.rejoins).isZero();
        assertThat(b.handedOut.get("joiner")).isLessThan(SIZE);
    }

    @Test
    void twoThatHaveDifferentPartsGoOnWithOneImage() {
        ScriptedMember late = new ScriptedMember("late", SETTINGS);
        fill(a);
        view(a, joiner, late);
        deliverSome(3, a, joiner, late);
        while (a.next() instanceof ReplicaMessage.Chunk) {
            a.deliverNext(a, joiner); // late has parted before
        }
        view(a, joiner, late);
        deliverAll(a, joiner, late);
        assertThat(late.role()).isEqualTo(Role.PRIMARY);
        assertThat(joiner.role()).isEqualTo(Role.PRIMARY);
        assertThat(joiner.state).isEqualTo(a.state);
        assertThat(late.state).isEqualTo(a.state);
        assertThat(a.saved).isEqualTo(1);
        assertThat(a.handedOut.get("late")).isBetween(SIZE, SIZE + IN_FLIGHT);
        assertThat(joiner.rejoins + late.rejoins).isZero();
    }

    /** The donor parts from the joiner with a command that only it knows, and meets it again before anything is decided. */
    @Test
    void whoMissedACommandBeginsAnew() {
        fill(a);
        view(a, joiner);
        deliverSome(12, a, joiner);
        flush(a, joiner);
        view(a, joiner);
        deliverSome(12, a, joiner);
        a.submit(2, "missed");
        while (a.sends()) {
            a.deliverNext(a);
        }
        view(a);
        view(a, joiner);
        deliverAll(a, joiner);
        assertThat(joiner.role()).isEqualTo(Role.PRIMARY);
        assertThat(joiner.state).endsWith("missed").hasSize(SIZE + 6);
    }

    /** R26: the others can go on where the donor was, if it costs them nothing to keep the state that it hands out. */
    @Test
    void whereTheDonorIsGoneAnotherHolderGoesOnWithTheSameState() {
        ScriptedMember b = new ScriptedMember("b", SETTINGS);
        ScriptedMember c = new ScriptedMember("c", SETTINGS);
        b.spares = true;
        fill(a, b, c);
        move(2, a, b, c, joiner);
        int before = a.handedOut.get("joiner");
        move(3, b, c, joiner);
        view(b, c, joiner);
        deliverAll(b, c, joiner);
        assertThat(before).isBetween(1, SIZE - 1);
        assertThat(joiner.state).isEqualTo(b.state).endsWith("<2><3>");
        assertThat(b.handedOut.get("joiner")).isBetween(SIZE - before, SIZE - before + IN_FLIGHT);
        assertThat(b.saved + c.saved).as("states that were frozen at a cost").isZero();
        assertThat(joiner.rejoins).isZero();
        for (ScriptedMember each : new ScriptedMember[] {b, c}) {
            assertThat(each.images).allMatch(image -> image.closed);
        }
    }

    @Test
    void whoIsNotTheDonorLetsGoOfItsImageWhenNobodyWaitsForItAnyMore() {
        ScriptedMember b = new ScriptedMember("b", SETTINGS);
        b.spares = true;
        fill(a, b);
        view(a, b, joiner);
        deliverSome(12, a, b, joiner);
        assertThat(b.images).hasSize(1).noneMatch(image -> image.closed);
        deliverAll(a, b, joiner);
        assertThat(joiner.role()).isEqualTo(Role.PRIMARY);
        assertThat(b.images).hasSize(1).allMatch(image -> image.closed);
        assertThat(a.images).hasSize(1).allMatch(image -> image.closed);
        assertThat(b.handedOut).isEmpty();
    }

    @Test
    void whoHasBegunWithAnotherImageGetsTheRestOfThatOne() {
        ScriptedMember late = new ScriptedMember("late", SETTINGS);
        fill(a);
        move(2, a, joiner);
        move(3, a, joiner, late);
        view(a, joiner, late);
        deliverAll(a, joiner, late);
        assertThat(joiner.state).isEqualTo(a.state).endsWith("<2><3>");
        assertThat(late.state).isEqualTo(a.state);
        assertThat(a.saved).isEqualTo(2);
        assertThat(joiner.rejoins + late.rejoins).isZero();
        assertThat(a.handedOut.get("joiner")).isEqualTo(SIZE);
    }

    // ---- pieces (R25)

    private byte[] nextPiece() {
        fill(a);
        view(a, joiner);
        deliverSome(12, a, joiner);
        while (!(a.next() instanceof ReplicaMessage.Chunk)) {
            a.deliverNext(a, joiner);
        }
        return a.takeNext();
    }

    private void assertNotTaken(byte[] piece, String why) {
        joiner.hear(a, piece);
        assertThat(joiner.reports).singleElement().asString().contains("STATE_DAMAGED", why);
        assertThat(joiner.rejoins).isEqualTo(1);
        assertThat(joiner.state).isEmpty();
    }

    @Test
    void aPieceThatWasDamagedOnItsWayIsNotTaken() {
        byte[] piece = nextPiece();
        piece[piece.length - 1] ^= 1;
        assertNotTaken(piece, "wrong checksum");
    }

    @Test
    void aPieceOfTheStateBehindAnotherCommandIsNotTaken() {
        byte[] piece = nextPiece();
        ReplicaMessage.Chunk due = (ReplicaMessage.Chunk) ReplicaCodec.decode(ByteBuffer.wrap(piece));
        BytesImage another = new BytesImage(("y" + a.state).getBytes(UTF_8), 0);
        StateImage.Piece its = another.read(due.offset(), PIECE);
        assertNotTaken(ReplicaCodec.chunk(due.under(), due.offset(), its), "wrong checksum");
    }

    @Test
    void aPieceBehindOneThatIsMissingIsNotTaken() {
        nextPiece();
        assertThat(a.next()).isInstanceOf(ReplicaMessage.Chunk.class);
        assertNotTaken(a.takeNext(), "gap");
    }

    @Test
    void noMorePiecesAreOnTheirWayThanTheSlowestReceiverLetsThere() {
        fill(a);
        view(a, joiner);
        deliverSome(3, a, joiner);
        int sent = a.handedOut.get("joiner");
        joiner.replica.flushRequest(); // it may not send receipts any more
        deliverAll(a, joiner);
        assertThat(a.handedOut.get("joiner"))
                .isLessThanOrEqualTo(sent + IN_FLIGHT)
                .isLessThan(SIZE);
    }
}
