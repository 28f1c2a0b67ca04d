package org.flushspread.examples;

import java.io.IOException;
import java.util.Arrays;
import org.flushspread.examples.persistent.PersistentMap;
import org.jspecify.annotations.Nullable;

/**
 * Texts by their names, in pages: which page a name is on follows from its hash. A page is never changed, but replaced, and knows by which
 * command it was. So a copy of the references is a view of everything that does not change any more, and tells what differs from one before.
 */
final class Pages {
    /** Of a state of a gigabyte a page is what fits well into one write; an empty one costs 20 bytes of a snapshot. */
    static final int COUNT = 4096;

    /** Takes a name and its text. */
    interface Visitor {
        void visit(String key, String value) throws IOException;
    }

    private record Page(PersistentMap<String, String> values, long changed) {}

    private static final Page EMPTY = new Page(PersistentMap.empty(), 0);

    private final Page[] pages;
    private int size;

    Pages() {
        pages = new Page[COUNT];
        Arrays.fill(pages, EMPTY);
    }

    private Pages(Pages from) {
        pages = from.pages.clone();
        size = from.size;
    }

    /** As it is now; a change of one changes the other no more. */
    Pages copy() {
        return new Pages(this);
    }

    int size() {
        return size;
    }

    private static int place(String key) {
        return (key.hashCode() * 0x9E3779B1) >>> 20;
    }

    @Nullable
    String get(String key) {
        return pages[place(key)].values.get(key);
    }

    /**
     * Puts a value, or deletes the key if there is none. Answers the value before.
     *
     * @param index place of the command that does it
     */
    @Nullable
    String put(String key, @Nullable String value, long index) {
        int place = place(key);
        PersistentMap<String, String> before = pages[place].values;
        PersistentMap<String, String> after = value == null ? before.without(key) : before.with(key, value);
        size += after.size() - before.size();
        pages[place] = new Page(after, index);
        return before.get(key);
    }

    void forEach(int page, Visitor visitor) throws IOException {
        for (PersistentMap.Entry<String, String> each : pages[page].values) {
            visitor.visit(each.key(), each.value());
        }
    }

    void forEach(Visitor visitor) throws IOException {
        for (int page = 0; page < COUNT; page++) {
            forEach(page, visitor);
        }
    }

    /** The place of the command that has changed a page last; 0 if it came with a state that was loaded. */
    long changed(int page) {
        return pages[page].changed;
    }
}
