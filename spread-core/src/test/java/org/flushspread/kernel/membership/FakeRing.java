package org.flushspread.kernel.membership;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.flushspread.config.Daemon;
import org.flushspread.config.Timers;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.RingInfo;
import org.flushspread.wire.TokenHeader;
import org.jspecify.annotations.Nullable;

/**
 * A ring without data: its token goes around, is held by the leader, and is installed in the second round. The round number travels in
 * {@code seq}.
 */
final class FakeRing implements FormingRing {
    private static final int FIRST_ROUND = 1;

    private final Context context;
    private final Timers timers;
    private final Consumer<DaemonMembership> installed;
    private MembershipId id;
    private boolean alive;
    private DaemonMembership current;
    private DaemonMembership next;
    private boolean recovering;
    private int lastRound;
    private int held;
    private int tokenToMyself;

    int highest;
    List<Integer> obligations = List.of();

    @Nullable
    RingInfo reported;

    @Nullable
    RingInfo recovered;

    int fence;
    /** Stays in recovery. */
    boolean keepsFirstToken;
    /** Told what is asked of the ring, in words. */
    Consumer<String> listener = each -> {};

    int losses;

    FakeRing(Context context, Timers timers, Consumer<DaemonMembership> installed) {
        this.context = context;
        this.timers = timers;
        this.installed = installed;
        this.id = new MembershipId(context.me().id(), -1);
        this.current = new DaemonMembership(id, ImmutableList.of(context.me()));
        this.next = current;
    }

    @Override
    public MembershipId membershipId() {
        return id;
    }

    @Override
    public boolean tokenAlive() {
        return alive;
    }

    @Override
    public int highestSequence() {
        return highest;
    }

    @Override
    public RingInfo describe() {
        List<Integer> procs = new ArrayList<>(List.of(context.me().id()));
        procs.addAll(obligations);
        return new RingInfo(id, 0, highest, highest, List.of(), 1, procs);
    }

    @Override
    public RingInfo combine(RingInfo onToken) {
        List<Integer> procs = new ArrayList<>(onToken.trans());
        procs.add(context.me().id());
        int trans = procs.size();
        for (int each : onToken.procs()) {
            if (!procs.contains(each)) {
                procs.add(each);
            }
        }
        return new RingInfo(
                id,
                0,
                Math.max(onToken.aru(), highest),
                Math.max(onToken.highestSequence(), highest),
                List.of(),
                trans,
                procs);
    }

    @Override
    public void enterForm(RingInfo mine) {
        listener.accept("enters FORM, reported " + mine.aru() + ".." + mine.highestSequence());
        reported = mine;
        alive = false;
        held = 0;
        tokenToMyself = 0;
        context.cancel(DeadlineKind.HURRY);
    }

    @Override
    public void recover(DaemonMembership future, RingInfo mine, int newFence) {
        listener.accept("recovers for " + future.members() + ", fence " + newFence);
        next = future;
        recovered = mine;
        fence = newFence;
        recovering = true;
        alive = true;
        lastRound = 0;
        context.arm(DeadlineKind.TOKEN, timers.token());
    }

    @Override
    public void sendFirstToken() {
        listener.accept("sends the first token");
        if (keepsFirstToken) {
            return;
        }
        send(FIRST_ROUND);
        send(FIRST_ROUND);
    }

    @Override
    public void loseToken() {
        listener.accept("loses its token");
        losses++;
        alive = false;
        recovering = false;
        held = 0;
        tokenToMyself = 0;
        context.cancel(DeadlineKind.TOKEN);
        context.cancel(DeadlineKind.HURRY);
    }

    /** Puts a membership in force, as if it had been installed by a token. */
    void force(DaemonMembership membership) {
        context.deadlines().cancelAll();
        alive = true;
        recovering = false;
        current = membership;
        id = membership.id();
        context.arm(DeadlineKind.TOKEN, timers.token());
        installed.accept(membership);
    }

    /** A regular token. */
    void token(ByteBuf token) {
        boolean little = ByteOrderTag.isLittleEndian(token, 0);
        DaemonMembership active = recovering ? next : current;
        if (alive && MembershipId.read(token, TokenHeader.MEMBERSHIP_ID, little).equals(active.id())) {
            visit(TokenHeader.sequence(token, 0, little));
        }
    }

    void hurryTimeout() {
        if (held != 0) {
            int round = held;
            held = 0;
            send(round);
        }
    }

    boolean turnEnded() {
        int round = tokenToMyself;
        tokenToMyself = 0;
        if (round != 0) {
            visit(round);
        }
        return round != 0;
    }

    private void visit(int round) {
        if (round <= lastRound) {
            return;
        }
        lastRound = round;
        context.arm(DeadlineKind.TOKEN, timers.token());
        boolean leader = active().leader().id() == context.me().id();
        boolean install = recovering && round > 2;
        if (leader && !recovering) {
            held = round + 1;
            context.arm(DeadlineKind.HURRY, timers.hurry());
        } else {
            send(leader ? round + 1 : round);
        }
        if (install) {
            recovering = false;
            current = next;
            id = next.id();
            highest = 0;
            installed.accept(next);
        }
    }

    private DaemonMembership active() {
        return recovering ? next : current;
    }

    private void send(int round) {
        List<Daemon> members = active().members();
        int me = 0;
        while (members.get(me).id() != context.me().id()) {
            me++;
        }
        Daemon to = members.get((me + 1) % members.size());
        if (to.id() == context.me().id()) {
            tokenToMyself = round;
            return;
        }
        ByteBuf out = Unpooled.buffer(TokenHeader.LENGTH).writeZero(TokenHeader.LENGTH);
        out.setIntLE(TokenHeader.TYPE, ByteOrderTag.LITTLE_ENDIAN);
        out.setIntLE(TokenHeader.TRANSMITTER, context.me().id());
        out.setIntLE(TokenHeader.MEMBERSHIP_ID, active().id().procId());
        out.setIntLE(TokenHeader.MEMBERSHIP_ID + 4, active().id().time());
        out.setIntLE(TokenHeader.SEQUENCE, round);
        out.setIntLE(TokenHeader.CONF_HASH, context.hash());
        context.ports().send(context.routes().token(to), out);
    }
}
