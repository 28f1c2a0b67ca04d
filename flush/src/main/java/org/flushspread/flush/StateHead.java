package org.flushspread.flush;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
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

    /** Where the state of the application begins, and in which version of its format it was saved. */
    record Read(int end, int version) {}

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
                .putInt(checksum(bytes, 0, bytes.length))
                .put(bytes)
                .array();
    }

    /** Takes over what a saved state has in its head. */
    static Read read(byte[] state, AgreedState into) throws IOException {
        into.clear();
        if (state.length < HEAD || ByteBuffer.wrap(state).getLong() != MAGIC) {
            return new Read(0, 0);
        }
        int length = ByteBuffer.wrap(state).getInt(8);
        if (length < 0
                || length > state.length - HEAD
                || checksum(state, HEAD, length) != ByteBuffer.wrap(state).getInt(12)) {
            return new Read(0, 0); // a state of the application that begins like a head
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(state, HEAD, length));
        int format = in.readInt();
        int version = 0;
        if (format == WITH_TIME) {
            version = in.readInt();
            into.load(in);
        } else if (format == WITH_SESSIONS) {
            into.loadSessions(in);
        } else {
            throw new IOException("the state was saved by another release, in version " + format + " of its head");
        }
        return new Read(HEAD + length, version);
    }

    private static int checksum(byte[] bytes, int from, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, length);
        return (int) checksum.getValue();
    }
}
