package org.flushspread.flush;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Keeps every line that it is given and answers how many there are; a question is answered with how often that line is there. */
final class Ledger implements StateMachine<String, Integer> {
    static final Codec<Integer> ANSWERS =
            Codec.of(value -> ByteBuffer.allocate(4).putInt(value).array(), ByteBuffer::getInt);

    /** A question for the number of all lines. */
    static final String ALL = "";

    /** A question for the number of different lines. */
    static final String DIFFERENT = "*";

    final List<String> lines = new ArrayList<>();

    @Override
    public Integer apply(String line) {
        if (line.isEmpty()) {
            throw new IllegalArgumentException("an empty line");
        }
        lines.add(line);
        return lines.size();
    }

    @Override
    public Integer query(String line) {
        return switch (line) {
            case ALL -> lines.size();
            case DIFFERENT -> new HashSet<>(lines).size();
            default -> (int) lines.stream().filter(line::equals).count();
        };
    }

    @Override
    public Codec<Integer> answers() {
        return ANSWERS;
    }

    @Override
    public void save(DataOutput out) throws IOException {
        out.writeInt(lines.size());
        for (String line : lines) {
            out.writeUTF(line);
        }
    }

    @Override
    public void load(DataInput in) throws IOException {
        lines.clear();
        for (int left = in.readInt(); left > 0; left--) {
            lines.add(in.readUTF());
        }
    }
}
