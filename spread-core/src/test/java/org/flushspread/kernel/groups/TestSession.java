package org.flushspread.kernel.groups;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipBody;
import org.flushspread.wire.MembershipMessage;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/** A session that keeps what it is told, as bytes and as one line of text for each message. */
final class TestSession implements LocalMember {
    final List<byte[]> images = new ArrayList<>();

    private final Name privateGroup;
    private final boolean wantsMembership;
    private @Nullable Consumer<byte[]> listener;
    private int read;

    TestSession(Name privateGroup, boolean wantsMembership) {
        this.privateGroup = privateGroup;
        this.wantsMembership = wantsMembership;
    }

    void listener(Consumer<byte[]> to) {
        listener = to;
    }

    @Override
    public Name privateGroup() {
        return privateGroup;
    }

    @Override
    public boolean wantsMembership() {
        return wantsMembership;
    }

    void deliver(ByteBuf image, int index, int length) {
        byte[] copy = new byte[length];
        image.getBytes(index, copy);
        images.add(copy);
        if (listener != null) {
            listener.accept(copy);
        }
    }

    String name() {
        return privateGroup.toString();
    }

    /** What came since the last call, as text: {@code JOIN g 1/7/2 [#a#d1, #b#d2] by #b#d2}. */
    List<String> news() {
        List<String> news = images.subList(read, images.size()).stream()
                .map(TestSession::describe)
                .toList();
        read = images.size();
        return news;
    }

    static String describe(byte[] image) {
        ByteBuf in = Unpooled.wrappedBuffer(image);
        boolean little = ByteOrderTag.isLittleEndian(in, 0);
        int type = MessageHeader.type(in, 0, little);
        Name sender = Name.read(in, MessageHeader.PRIVATE_GROUP);
        int count = MessageHeader.numGroups(in, 0, little);
        int body = MessageHeader.LENGTH + count * Name.SLOT;
        int length = MessageHeader.dataLength(in, 0, little);
        if (ServiceType.isTransition(type)) {
            return "TRANSITION " + sender + " "
                    + text(Objects.requireNonNull(MembershipMessage.transition(in, body, length, little)));
        }
        if (ServiceType.isSelfLeave(type)) {
            return "SELF-LEAVE " + sender;
        }
        if (!ServiceType.isRegularMembership(type)) {
            return "DATA from " + sender;
        }
        List<Name> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(Name.read(in, MessageHeader.LENGTH + i * Name.SLOT));
        }
        MembershipBody view = Objects.requireNonNull(MembershipBody.decode(in, body, length, little));
        String start = sender + " " + text(view.groupId()) + " " + members;
        return switch (type & 0xf00) {
            case ServiceType.CAUSED_BY_JOIN ->
                "JOIN " + start + " by " + view.local().get(0);
            case ServiceType.CAUSED_BY_LEAVE ->
                "LEAVE " + start + " by " + view.local().get(0);
            case ServiceType.CAUSED_BY_DISCONNECT ->
                "DISCONNECT " + start + " by " + view.local().get(0);
            default -> "NETWORK " + start + " sets " + view.vsSets() + " mine " + view.localVsSet();
        };
    }

    /** {@code d/time/index}, d the number of the daemon. */
    private static String text(GroupId id) {
        return (id.membershipId().procId() >> 8 & 0xff) + "/"
                + id.membershipId().time() + "/" + id.index();
    }
}
