package org.flushspread.flush.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the whole log before anything of it is used, and tells what a crash leaves behind from what is lost. Changes nothing. See
 * store 3.
 */
final class LogScan {
    private final StoreFiles files;
    private final Head head;
    private final long promised;
    private final List<String> warnings = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private final List<String> leftOver = new ArrayList<>();
    private long last;
    private long end;
    private long chain;
    private boolean open;

    /** @param promised the last command that must be there */
    LogScan(StoreFiles files, Head head, long promised) {
        this.files = files;
        this.head = head;
        this.promised = promised;
        this.last = head.base();
        this.chain = head.chain();
    }

    void run() throws IOException, Damaged {
        long next = head.generation();
        while (scan(next++)) {
            // the next one
        }
        for (String name : files.names()) {
            if (number(name) >= next) {
                mustBeEmpty(name);
            }
        }
        if (last < promised) {
            Segment tail = tail();
            throw new Damaged(
                    tail.name(),
                    end,
                    "the log ends with command " + last + ", and " + promised + " commands were promised to be kept");
        }
    }

    /** True if the segment is sealed, so that there is a next one. */
    private boolean scan(long number) throws IOException, Damaged {
        String name = Segment.name(number);
        try (StoreFiles.StoreFile file = files.open(name)) {
            Segment segment = SegmentReader.segment(file);
            if (segment == null || !follows(segment, number)) {
                throw new Damaged(
                        name,
                        0,
                        "it is not the part of the log that begins with command " + (last + 1)
                                + " behind what comes before it");
            }
            return scan(segment, new SegmentReader(file, segment, chain));
        } catch (NoSuchFileException e) {
            throw new Damaged("file " + name + ", which begins with command " + (last + 1)
                    + ", is missing while others are there");
        }
    }

    /** Those of format 2 are the first ones, and say only to which snapshot they belong. */
    private boolean follows(Segment segment, long number) {
        boolean former = segment.format() == Segment.FORMER_FORMAT;
        return segment.number() == number
                && segment.first() == last + 1
                && (former
                        ? segment.tie() == head.generation()
                                && (segments.isEmpty() || tail().format() == Segment.FORMER_FORMAT)
                        : segment.tie() == chain);
    }

    private boolean scan(Segment segment, SegmentReader reader) throws IOException, Damaged {
        segments.add(segment);
        open = true;
        SegmentReader.Found found;
        while ((found = reader.next(last + 1)) == SegmentReader.Found.COMMAND) {
            last++;
        }
        end = reader.at();
        chain = reader.chain();
        if (found == SegmentReader.Found.SEAL && !reader.isZeroFrom(end)) {
            end -= Segment.RECORD_HEAD;
            throw new Damaged(segment.name(), reader.at(), "there are bytes behind its end");
        }
        if (found == SegmentReader.Found.BAD) {
            mustBeTorn(segment, reader);
        }
        open = found != SegmentReader.Found.SEAL;
        return !open;
    }

    private void mustBeTorn(Segment segment, SegmentReader reader) throws IOException, Damaged {
        long index = last + 1;
        if (index <= promised) {
            throw new Damaged(
                    segment.name(),
                    end,
                    "command " + index + " is damaged, and " + promised + " commands were promised to be kept");
        }
        long later = reader.laterThan(index);
        if (later >= 0) {
            throw new Damaged(
                    segment.name(),
                    end,
                    "command " + index + " is damaged; it is no torn end, since at byte " + later
                            + " follows a command that came when it had been given out");
        }
        warnings.add("store " + files + ": file " + segment.name() + " is torn at byte " + end + " of " + reader.size()
                + ", behind command " + last + "; nothing behind it was given out, and it is cut there");
    }

    /** A segment that was begun and never used, when a crash came. */
    private void mustBeEmpty(String name) throws IOException, Damaged {
        try (StoreFiles.StoreFile file = files.open(name)) {
            if (file.size() > Segment.HEAD) {
                throw new Damaged(
                        tail().name(), end, "the log ends here with command " + last + ", but there is " + name);
            }
        }
        leftOver.add(name);
    }

    static boolean isSegment(String name) {
        return number(name) >= 0;
    }

    /** Of the name of a segment; negative if it is none. */
    static long number(String name) {
        try {
            return name.startsWith(Segment.PREFIX) ? Long.parseLong(name.substring(Segment.PREFIX.length())) : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** True if the last segment is not sealed, or there is something wrong behind its seal. */
    boolean isOpen() {
        return open;
    }

    /** The segment that is written on. */
    Segment tail() {
        return segments.get(segments.size() - 1);
    }

    /** Null if there is one segment alone. */
    @Nullable
    Segment beforeTail() {
        return segments.size() < 2 ? null : segments.get(segments.size() - 2);
    }

    List<Segment> segments() {
        return List.copyOf(segments);
    }

    /** The last command. */
    long last() {
        return last;
    }

    /** Where the next one goes in the last segment. */
    long end() {
        return end;
    }

    /** Over all of it. */
    long chain() {
        return chain;
    }

    /** Files that may go. */
    List<String> leftOver() {
        return leftOver;
    }

    List<String> warnings() {
        return warnings;
    }
}
