package org.flushspread.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.ByteArrayDataOutput;
import com.google.common.io.ByteStreams;
import com.google.common.primitives.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.flushspread.flush.Codec;
import org.jspecify.annotations.Nullable;

/** Replies, as they go to a client. */
final class Resp {
    static final byte[] OK = simple("OK");
    static final byte[] NULL = "$-1\r\n".getBytes(UTF_8);
    static final byte[] NULL_ARRAY = "*-1\r\n".getBytes(UTF_8);

    /** Bytes of the longest replies that are kept, see {@link #KEPT}. */
    private static final int LONGEST_KEPT = 4_096;

    private static final byte[] LOST =
            error("ERR the command was done, but its reply was lost, which was too long to be kept by the members");

    /**
     * How the replies to a batch are kept by all members, for the case that it has to be sent again. Of long ones only that they were given
     * is, so that nobody can fill the memory of the members with replies.
     */
    static final Codec<List<byte[]>> KEPT = Codec.of(Resp::encode, Resp::decode);

    private Resp() {}

    static byte[] simple(String text) {
        return ("+" + text + "\r\n").getBytes(UTF_8);
    }

    /** Without the line breaks that a client may have brought into it. */
    static byte[] error(@Nullable String text) {
        return ("-" + String.valueOf(text).replaceAll("[\r\n]", " ") + "\r\n").getBytes(UTF_8);
    }

    static byte[] number(long value) {
        return (":" + value + "\r\n").getBytes(UTF_8);
    }

    static byte[] number(boolean value) {
        return number(value ? 1 : 0);
    }

    static byte[] bulk(String text) {
        return bulk(text.getBytes(UTF_8));
    }

    static byte[] bulk(byte @Nullable [] bytes) {
        if (bytes == null) {
            return NULL;
        }
        byte[] head = ("$" + bytes.length + "\r\n").getBytes(UTF_8);
        byte[] all = new byte[head.length + bytes.length + 2];
        ByteBuffer.wrap(all).put(head).put(bytes).put((byte) '\r').put((byte) '\n');
        return all;
    }

    static byte[] array(byte[]... replies) {
        return Bytes.concat(("*" + replies.length + "\r\n").getBytes(UTF_8), Bytes.concat(replies));
    }

    static byte[] array(List<byte[]> replies) {
        return array(replies.toArray(new byte[0][]));
    }

    private static byte[] encode(List<byte[]> replies) {
        ByteArrayDataOutput out = ByteStreams.newDataOutput();
        out.writeInt(replies.size());
        if (replies.stream().mapToLong(each -> each.length).sum() <= LONGEST_KEPT) {
            replies.forEach(each -> Batch.write(out, each));
        }
        return out.toByteArray();
    }

    private static List<byte[]> decode(ByteBuffer in) {
        int count = in.getInt();
        if (!in.hasRemaining()) {
            return Collections.nCopies(count, LOST);
        }
        List<byte[]> replies = new ArrayList<>();
        while (in.hasRemaining()) {
            replies.add(Batch.read(in));
        }
        return replies;
    }
}
