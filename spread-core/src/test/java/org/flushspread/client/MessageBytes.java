package org.flushspread.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Messages as a daemon of either byte order sends them, for tests. */
public final class MessageBytes {
    private static final int LITTLE = 0x80000080;

    private final ByteOrder header;
    private final ByteOrder hint;

    private MessageBytes(ByteOrder header, ByteOrder hint) {
        this.header = header;
        this.hint = hint;
    }

    /** A daemon of this order that passes on what senders of that order sent. */
    public static MessageBytes of(ByteOrder daemon, ByteOrder sender) {
        return new MessageBytes(daemon, sender);
    }

    public static MessageBytes little() {
        return of(ByteOrder.LITTLE_ENDIAN, ByteOrder.LITTLE_ENDIAN);
    }

    public byte[] data(int type, String sender, List<String> groups, int messType, byte[] body) {
        return message(type, sender, groups, messType, new byte[0], body, body.length);
    }

    public byte[] reject(int oldType, String sender, List<String> groups, int messType, byte[] body) {
        byte[] word = ByteBuffer.allocate(4)
                .order(header)
                .putInt(header == ByteOrder.LITTLE_ENDIAN ? oldType | LITTLE : oldType)
                .array();
        return message(0x400000, sender, groups, messType, word, body, body.length);
    }

    /** A regular membership; {@code mySet} is the index of the receiver's set. */
    public byte[] view(int cause, String group, List<String> members, int index, int mySet, List<List<String>> sets) {
        ByteArrayOutputStream setBytes = new ByteArrayOutputStream();
        int offset = 0;
        for (int i = 0; i < sets.size(); i++) {
            if (i == mySet) {
                offset = setBytes.size();
            }
            setBytes.writeBytes(ints(sets.get(i).size()));
            sets.get(i).forEach(name -> setBytes.writeBytes(slot(name)));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(ints(0x7f000001, 1000, index, sets.size(), offset));
        body.writeBytes(setBytes.toByteArray());
        return message(0x1000 | cause, group, members, 0, new byte[0], body.toByteArray(), body.size());
    }

    public byte[] join(String group, String who, int index, String... members) {
        return view(0x100, group, List.of(members), index, 0, List.of(List.of(who)));
    }

    public byte[] transition(String group, int index) {
        byte[] body = ints(0x7f000001, 1000, index);
        return message(0x2000, group, List.of(), 0, new byte[0], body, body.length);
    }

    public byte[] selfLeave(String group) {
        return message(0x200, group, List.of(), 0, new byte[0], new byte[0], 0);
    }

    /** Any header, with lengths that may be lies. */
    public byte[] header(int type, String sender, int numGroups, int dataLength) {
        return ByteBuffer.allocate(48)
                .order(header)
                .putInt(header == ByteOrder.LITTLE_ENDIAN ? type | LITTLE : type)
                .put(slot(sender))
                .putInt(numGroups)
                .putInt(0)
                .putInt(dataLength)
                .array();
    }

    public byte[] message(
            int type, String sender, List<String> groups, int messType, byte[] word, byte[] body, int length) {
        ByteBuffer out = ByteBuffer.allocate(48 + word.length + 32 * groups.size() + body.length);
        out.put(header(type, sender, groups.size(), length));
        int hintWord = (messType << 8) & 0xffff00;
        out.order(hint).putInt(40, hint == ByteOrder.LITTLE_ENDIAN ? hintWord | LITTLE : hintWord);
        out.put(word);
        groups.forEach(group -> out.put(slot(group)));
        out.put(body);
        return out.array();
    }

    private byte[] ints(int... values) {
        ByteBuffer out = ByteBuffer.allocate(4 * values.length).order(header);
        for (int value : values) {
            out.putInt(value);
        }
        return out.array();
    }

    /** With rubbish behind the NUL, as C daemons leave it there. */
    public static byte[] slot(String name) {
        byte[] slot = new byte[32];
        java.util.Arrays.fill(slot, (byte) 0xee);
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, slot, 0, bytes.length);
        if (bytes.length < 32) {
            slot[bytes.length] = 0;
        }
        return slot;
    }
}
