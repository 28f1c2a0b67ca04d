package org.flushspread.flush.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.fuzz.Steps;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;

/** Messages of others at the flush layer of one connection, while its daemon tells the truth about the group. */
public final class LayerFuzz implements FlushOutput {
    private static final String ME = "#a#d";
    private static final List<String> OTHERS = List.of("#b#d", "#c#d", "#z#d");
    private static final FlushLimits SMALL = new FlushLimits(3, 5, 4, 2, 100, 3, 50);
    private static final short[] TYPES = {0, FlushService.FLUSH_OK, FlushService.FLUSH_RECV, FlushService.VULNERABLE};

    private final FlushDispatcher layer = new FlushDispatcher(ME, this, SMALL);
    private final List<String> members = new ArrayList<>(List.of(ME, "#b#d"));
    private int changes = 1;

    private LayerFuzz() {}

    @Override
    public void event(GroupEvent event) {
        assertThat(event.toString()).isNotEmpty();
    }

    @Override
    public void send(Outgoing message) {
        assertThat(message.refusal()).isNull();
    }

    /**
     * The low two bits of a step choose the sender, or, if both are set, that the daemon or the application does something; 4 and 8 the
     * type, 16 a subgroup, 32 the byte order, 64 that the id of the present change stands behind the bytes, 128 to myself.
     */
    public static void layer(byte[] input) {
        new LayerFuzz().run(new Steps(input));
    }

    private void run(Steps steps) {
        layer.join("g");
        change(Cause.JOIN, ME);
        while (steps.next() && layer.failure() == null) {
            int who = (steps.is(1) ? 1 : 0) + (steps.is(2) ? 2 : 0);
            if (who == OTHERS.size()) {
                act(steps);
            } else {
                data(OTHERS.get(who), steps);
            }
        }
        assertThat(layer.pendingView("g") == null
                        || layer.failure() != null
                        || layer.viewState("g") != ViewState.STEADY)
                .isTrue();
    }

    private void act(Steps steps) {
        String other = OTHERS.get(steps.is(4) ? 0 : 1);
        if (steps.is(8)) {
            layer.flush("g");
        } else if (steps.is(16)) {
            layer.transition("g");
            change(Cause.NETWORK, ME);
        } else if (members.remove(other)) {
            change(steps.is(32) ? Cause.LEAVE : Cause.DISCONNECT, other);
        } else {
            members.add(other);
            change(Cause.JOIN, other);
        }
    }

    private void change(Cause cause, String who) {
        layer.membership("g", cause, id(), List.copyOf(members), List.of(who), ++changes);
    }

    private GroupId id() {
        return new GroupId(new MembershipId(1, 2), changes);
    }

    private void data(String from, Steps steps) {
        boolean little = steps.is(32);
        ByteBuf body = Unpooled.buffer().writeBytes(steps.bytes());
        if (steps.is(64)) {
            GroupId now = layer.failure() == null ? id() : GroupId.NONE;
            if (little) {
                now.write(body);
            } else {
                body.writeInt(now.membershipId().procId())
                        .writeInt(now.membershipId().time())
                        .writeInt(now.index());
            }
        }
        int service = ServiceType.FIFO_MESS;
        if (steps.is(16)) {
            service |= FlushService.SUBGROUP_CAST;
            Name.of("g").write(body);
        }
        short type = TYPES[(steps.is(4) ? 1 : 0) + (steps.is(8) ? 2 : 0)];
        ByteBuffer bytes = body.nioBuffer();
        layer.data(service, from, List.of(steps.is(128) ? ME : "g"), type, little, bytes);
    }
}
