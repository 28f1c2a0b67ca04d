package org.flushspread.bench;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.flushspread.flush.Codec;
import org.flushspread.flush.StateMachine;

/** Counts commands, whatever is in them: what is measured is how they travel. */
public final class Counter implements StateMachine<byte[], Long> {
    private long count;

    @Override
    public Long apply(byte[] command) {
        return ++count;
    }

    @Override
    public Long query(byte[] question) {
        return count;
    }

    @Override
    public Codec<Long> answers() {
        return Codec.longs();
    }

    @Override
    public void save(DataOutput out) throws IOException {
        out.writeLong(count);
    }

    @Override
    public void load(DataInput in) throws IOException {
        count = in.readLong();
    }
}
