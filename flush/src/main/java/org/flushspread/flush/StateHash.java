package org.flushspread.flush;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.flushspread.flush.replica.Chain;

/** The hash of a state that is made of what the state machine saves. */
final class StateHash extends OutputStream {
    /** A larger state is not hashed: nothing else goes on meanwhile. */
    static final int MOST_BYTES = 8 << 20;

    /** What ends a save that is too large. */
    private static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge() {
            super("the state is too large to be hashed");
        }
    }

    private final Chain chain = new Chain(0, 0);
    private final ByteBuffer block = ByteBuffer.allocate(8192);
    private int bytes;

    private StateHash() {}

    /** Empty if the state is too large. */
    static OptionalLong of(StateMachine<?, ?> machine) throws IOException {
        StateHash hash = new StateHash();
        try (DataOutputStream out = new DataOutputStream(hash)) {
            machine.save(out);
        } catch (TooLarge e) {
            return OptionalLong.empty();
        }
        hash.add();
        return OptionalLong.of(hash.chain.high());
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        if (length > MOST_BYTES - bytes) {
            throw new TooLarge();
        }
        bytes += length;
        int done = 0;
        while (done < length) {
            int part = Math.min(block.remaining(), length - done);
            block.put(from, offset + done, part);
            done += part;
            if (!block.hasRemaining()) {
                add();
            }
        }
    }

    private void add() {
        block.flip();
        chain.add(block);
        block.clear();
    }
}
