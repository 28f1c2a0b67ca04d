package org.flushspread.kernel.groups;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.wire.Name;

/**
 * The groups of one member, in name order, in a circle: a change moves what is on its shorter side. All of a member's groups are often
 * joined or left in name order, by a disconnect, a merge or a lost daemon, and then nothing moves at either end.
 */
final class MemberGroups {
    private final Name member;
    private Group[] slots = new Group[1];
    private int head;
    private int size;

    MemberGroups(Name member) {
        this.member = member;
    }

    Name member() {
        return member;
    }

    int size() {
        return size;
    }

    boolean contains(Group group) {
        return find(group) >= 0;
    }

    /** As they are now. */
    List<Group> toList() {
        List<Group> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            all.add(slots[slot(i)]);
        }
        return all;
    }

    /** Adds a group if it is not there. */
    void add(Group group) {
        int found = find(group);
        if (found >= 0) {
            return;
        }
        if (size == slots.length) {
            grow();
        }
        int at = -1 - found;
        if (at < size / 2) {
            head = slot(-1);
            for (int i = 0; i < at; i++) {
                slots[slot(i)] = slots[slot(i + 1)];
            }
        } else {
            for (int i = size; i > at; i--) {
                slots[slot(i)] = slots[slot(i - 1)];
            }
        }
        slots[slot(at)] = group;
        size++;
    }

    /** Removes a group if it is there. */
    void remove(Group group) {
        int at = find(group);
        if (at < 0) {
            return;
        }
        size--;
        if (at < size / 2) {
            for (int i = at; i > 0; i--) {
                slots[slot(i)] = slots[slot(i - 1)];
            }
            clear(head);
            head = slot(1);
        } else {
            for (int i = at; i < size; i++) {
                slots[slot(i)] = slots[slot(i + 1)];
            }
            clear(slot(size));
        }
    }

    @SuppressWarnings("NullAway") // A free slot.
    private void clear(int slot) {
        slots[slot] = null;
    }

    private void grow() {
        Group[] wider = new Group[2 * slots.length];
        for (int i = 0; i < size; i++) {
            wider[i] = slots[slot(i)];
        }
        slots = wider;
        head = 0;
    }

    /** The length is a power of two. */
    private int slot(int index) {
        return (head + index) & (slots.length - 1);
    }

    /** Where it is, or -1 minus where it would be. */
    private int find(Group group) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = slots[slot(middle)].compareTo(group);
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1 - low;
    }
}
