package org.flushspread.flush.store;

import java.io.IOException;
import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The commands of a log that was found to be whole. They are read from the files while somebody walks along them, one after the other. */
final class LoggedCommands extends AbstractList<byte[]> {
    private final StoreFiles files;
    private final List<Segment> segments;
    private final long base;
    private final int count;

    /** @param base the last command before them */
    LoggedCommands(StoreFiles files, List<Segment> segments, long base, long last) {
        this.files = files;
        this.segments = segments;
        this.base = base;
        this.count = Math.toIntExact(last - base);
    }

    @Override
    public int size() {
        return count;
    }

    /** Walks there from the beginning. */
    @Override
    public byte[] get(int position) {
        int next = 0;
        for (byte[] command : this) {
            if (next++ == position) {
                return command;
            }
        }
        throw new IndexOutOfBoundsException(position);
    }

    @Override
    public Iterator<byte[]> iterator() {
        return new Walk();
    }

    private final class Walk implements Iterator<byte[]> {
        private final Iterator<Segment> ahead = segments.iterator();
        private @Nullable SegmentReader reader;
        private int walked;

        @Override
        public boolean hasNext() {
            return walked < count;
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            try {
                byte[] command = command();
                if (++walked == count) {
                    close();
                }
                return command;
            } catch (IOException e) {
                throw new StoreException("cannot read store " + files + ": " + e.getMessage(), e);
            }
        }

        private byte[] command() throws IOException {
            long index = base + walked + 1;
            while (true) {
                SegmentReader now = reader;
                if (now == null) {
                    Segment next = ahead.next();
                    now = new SegmentReader(files.open(next.name()), next, 0);
                    reader = now;
                }
                switch (now.next(index)) {
                    case COMMAND -> {
                        return now.command();
                    }
                    case SEAL -> close();
                    case END, BAD -> {
                        close();
                        throw new IOException("command " + index + " was there a moment ago and is damaged now");
                    }
                }
            }
        }

        private void close() throws IOException {
            SegmentReader last = reader;
            reader = null;
            if (last != null) {
                last.close();
            }
        }
    }
}
