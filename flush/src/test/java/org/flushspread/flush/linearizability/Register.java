package org.flushspread.flush.linearizability;

import org.jspecify.annotations.Nullable;

/** A cell that is written and read; 0 at first. */
public final class Register implements Model<Long, Register.Input, Long> {
    /**
     * @param key which cell
     * @param value to be written; {@link #READ} for a read
     */
    public record Input(long key, long value) {
        static final long READ = -1;

        public static Input read(long key) {
            return new Input(key, READ);
        }
    }

    @Override
    public Long initial() {
        return 0L;
    }

    @Override
    public boolean onlyReads(Input input) {
        return input.value() == Input.READ;
    }

    @Override
    public @Nullable Long apply(Long state, Input input, Long output, boolean answered) {
        if (input.value() != Input.READ) {
            return input.value();
        }
        return !answered || output.equals(state) ? state : null;
    }
}
