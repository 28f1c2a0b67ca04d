package org.flushspread.kernel.groups;

import io.netty.buffer.ByteBuf;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/**
 * The groups that have local members, found by the bytes of a slot without making a name of them. Open addressing with linear probing.
 *
 * <p>Clients choose the names, so the hash has a secret multiplier: names made to collide under a known one do not fill one run of slots.
 */
final class LocalGroups {
    private static final int INITIAL = 64;
    private static final int SPREAD = 0x9E3779B9;

    private final int multiplier;
    private @Nullable LocalGroup[] slots = new LocalGroup[INITIAL];
    private int size;

    LocalGroups(int secret) {
        multiplier = secret | 1;
    }

    int size() {
        return size;
    }

    /** The most slots that finding any group looks at. */
    int longestProbe() {
        int longest = 0;
        for (int at = 0; at < slots.length; at++) {
            LocalGroup each = slots[at];
            if (each != null) {
                longest = Math.max(longest, ((at - home(each)) & (slots.length - 1)) + 1);
            }
        }
        return longest;
    }

    @Nullable
    LocalGroup find(ByteBuf bytes, int index) {
        int length = Name.length(bytes, index);
        int hash = length;
        for (int i = 0; i < length; i++) {
            hash = hash * multiplier + bytes.getByte(index + i);
        }
        for (int at = slot(hash); ; at = next(at)) {
            LocalGroup found = slots[at];
            if (found == null || found.name().equals(bytes, index, length)) {
                return found;
            }
        }
    }

    /** Adds a group that is not there. */
    void add(LocalGroup group) {
        if (++size * 2 > slots.length) {
            grow();
        }
        put(group);
    }

    /** Removes a group that is there. */
    void remove(LocalGroup group) {
        int hole = home(group);
        while (slots[hole] != group) {
            hole = next(hole);
        }
        size--;
        // Entries behind the hole move up unless that would put them before their own slot.
        for (int at = next(hole); ; at = next(at)) {
            LocalGroup moving = slots[at];
            if (moving == null) {
                slots[hole] = null;
                return;
            }
            int fromHome = (at - home(moving)) & (slots.length - 1);
            int fromHole = (at - hole) & (slots.length - 1);
            if (fromHome >= fromHole) {
                slots[hole] = moving;
                hole = at;
            }
        }
    }

    private void grow() {
        @Nullable LocalGroup[] old = slots;
        slots = new LocalGroup[old.length * 2];
        for (LocalGroup each : old) {
            if (each != null) {
                put(each);
            }
        }
    }

    private void put(LocalGroup group) {
        int at = home(group);
        while (slots[at] != null) {
            at = next(at);
        }
        slots[at] = group;
    }

    private int home(LocalGroup group) {
        Name name = group.name();
        int hash = name.length();
        for (int i = 0; i < name.length(); i++) {
            hash = hash * multiplier + name.byteAt(i);
        }
        return slot(hash);
    }

    /** Taken from the upper bits: the lower ones of a product do not depend on the upper ones of its factors. */
    private int slot(int hash) {
        return (hash * SPREAD) >>> (Integer.numberOfLeadingZeros(slots.length) + 1);
    }

    private int next(int at) {
        return (at + 1) & (slots.length - 1);
    }
}
