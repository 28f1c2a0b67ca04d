package org.flushspread.flush;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.flushspread.flush.replica.AgreedState;

/**
 * What comes before the state of the application in a snapshot and a transfer (store 2.9): the version of the application's format, and what
 * members agree on beside its state. A state of a release that knew none of this has no head.
 */
final class StateHead {
    private static final long MAGIC = 0x4673_5365_7373_696fL;
    private static final int HEAD = 8 + 4 + 4;
    private static final int WITH_SESSIONS = 1;
    private static final int WITH_TIME = 2;

    /**
     * What is behind the head.
     *
     * @param state of the application
     * @param version of its format
     */
    record Read(InputStream state, int version) {}

    private StateHead() {}

    static byte[] of(AgreedState agreed, int version) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeInt(WITH_TIME);
        out.writeInt(version);
        agreed.save(out);
        byte[] bytes = body.toByteArray();
        return ByteBuffer.allocate(HEAD + bytes.length)
                .putLong(MAGIC)
                .putInt(bytes.length)
                .putInt(checksum(bytes))
                .put(bytes)
                .array();
    }

    /** Takes over what a saved state has in its head. */
    static Read read(InputStream in, AgreedState into) throws IOException {
        into.clear();
        byte[] front = in.readNBytes(HEAD);
        int length = front.length < HEAD || ByteBuffer.wrap(front).getLong() != MAGIC
                ? -1
                : ByteBuffer.wrap(front).getInt(8);
        byte[] body = length < 0 ? new byte[0] : in.readNBytes(length);
        if (length != body.length || checksum(body) != ByteBuffer.wrap(front).getInt(12)) {
            // Of a release without heads, or a state of the application that begins like one.
            InputStream read = new SequenceInputStream(new ByteArrayInputStream(front), new ByteArrayInputStream(body));
            return new Read(new SequenceInputStream(read, in), 0);
        }
        DataInputStream agreed = new DataInputStream(new ByteArrayInputStream(body));
        int format = agreed.readInt();
        int version = 0;
        if (format == WITH_TIME) {
            version = agreed.readInt();
            into.load(agreed);
        } else if (format == WITH_SESSIONS) {
            into.loadSessions(agreed);
        } else {
            throw new IOException("the state was saved by another release, in version " + format + " of its head");
        }
        return new Read(in, version);
    }

    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }
}
