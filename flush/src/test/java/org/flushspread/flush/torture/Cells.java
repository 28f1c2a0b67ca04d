package org.flushspread.flush.torture;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.flushspread.flush.StateMachine;

/** Cells that are 0 at first: {@code "w KEY VALUE"} writes one, {@code "c KEY OLD NEW"} writes it if it is OLD; both answer what was there. */
final class Cells implements StateMachine<String, Long> {
    private final Map<Long, Long> cells = new TreeMap<>();

    long get(long key) {
        return cells.getOrDefault(key, 0L);
    }

    @Override
    public Long apply(String command) {
        String[] words = command.split(" ");
        long key = Long.parseLong(words[1]);
        long before = get(key);
        if (words[0].equals("w") || before == Long.parseLong(words[2])) {
            cells.put(key, Long.parseLong(words[words.length - 1]));
        }
        return before;
    }

    @Override
    public void save(DataOutput out) throws IOException {
        out.writeInt(cells.size());
        for (Map.Entry<Long, Long> each : cells.entrySet()) {
            out.writeLong(each.getKey());
            out.writeLong(each.getValue());
        }
    }

    @Override
    public void load(DataInput in) throws IOException {
        cells.clear();
        for (int i = in.readInt(); i > 0; i--) {
            cells.put(in.readLong(), in.readLong());
        }
    }
}
