package counter;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.flushspread.flush.Codec;
import org.flushspread.flush.StateMachine;

/** Adds what it is told. All members apply the same commands in the same order, so all have the same value. */
public final class Counter implements StateMachine<Long, Long> {
    private long value;

    public long value() {
        return value;
    }

    /** Nothing but the state and the command may decide what happens here: no clock, no chance, no file. */
    @Override
    public Long apply(Long delta) {
        value += delta;
        return value;
    }

    /** The state, for members that come later. */
    @Override
    public void save(DataOutput out) throws IOException {
        out.writeLong(value);
    }

    @Override
    public void load(DataInput in) throws IOException {
        value = in.readLong();
    }

    /** How results are kept for sessions, which do each command exactly once. */
    @Override
    public Codec<Long> answers() {
        return Codec.longs();
    }
}
