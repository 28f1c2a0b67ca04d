package spread;

import java.util.ArrayList;
import java.util.List;
import java.util.Vector;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/** What a membership message says about its group. */
public class MembershipInfo {
    private static final int ID_LENGTH = 12;
    private static final int SETS = 20;
    private static final int NAME = 32;

    private final int serviceType;
    private final SpreadGroup group;
    private final @Nullable GroupID groupId;
    private final SpreadGroup @Nullable [] members;
    private final List<VirtualSynchronySet> sets = new ArrayList<>();
    private int mySet;

    /**
     * Reads the body of a membership message.
     *
     * @param groups the members, {@link SpreadGroup}s
     * @param data body as it was received
     * @param daemonEndianMismatch true if it was written little-endian
     * @throws IllegalArgumentException if the body is malformed
     */
    @SuppressWarnings({"rawtypes", "unchecked"})
    protected MembershipInfo(
            SpreadConnection connection,
            int serviceType,
            Vector groups,
            SpreadGroup group,
            byte[] data,
            boolean daemonEndianMismatch) {
        this.serviceType = serviceType;
        this.group = group;
        boolean regular = ServiceType.isRegularMembership(serviceType);
        members = regular ? (SpreadGroup[]) groups.toArray(new SpreadGroup[0]) : null;
        if (data.length >= ID_LENGTH && !ServiceType.isSelfLeave(serviceType)) {
            groupId = new GroupID(
                    number(data, 0, daemonEndianMismatch),
                    number(data, 4, daemonEndianMismatch),
                    number(data, 8, daemonEndianMismatch));
        } else {
            groupId = null;
        }
        if (regular) {
            readSets(connection, data, daemonEndianMismatch);
        }
    }

    private void readSets(SpreadConnection connection, byte[] data, boolean flip) {
        int count = data.length < SETS ? -1 : number(data, ID_LENGTH, flip);
        if (count < 1 || count > (data.length - SETS) / 4) {
            throw new IllegalArgumentException("a membership of " + data.length + " bytes counts " + count + " sets");
        }
        int mine = number(data, ID_LENGTH + 4, flip);
        mySet = -1;
        int at = SETS;
        for (int i = 0; i < count; i++) {
            if (at - SETS == mine) {
                mySet = i;
            }
            int size = at > data.length - 4 ? -1 : number(data, at, flip);
            if (size < 0 || size > (data.length - at - 4) / NAME) {
                throw new IllegalArgumentException("set " + i + " of a membership does not lie in its body");
            }
            VirtualSynchronySet set = new VirtualSynchronySet(size);
            for (int j = 0; j < size; j++) {
                set.addMember(connection.toGroup(data, at + 4 + j * NAME));
            }
            sets.add(set);
            at += 4 + size * NAME;
        }
        if (mySet < 0) {
            throw new IllegalArgumentException("the own set of a membership is the start of none");
        }
    }

    private static int number(byte[] data, int at, boolean flip) {
        int value = SpreadConnection.toInt(data, at);
        return flip ? SpreadConnection.flip(value) : value;
    }

    public boolean isRegularMembership() {
        return ServiceType.isRegularMembership(serviceType);
    }

    public boolean isTransition() {
        return ServiceType.isTransition(serviceType);
    }

    public boolean isCausedByJoin() {
        return (serviceType & ServiceType.CAUSED_BY_JOIN) != 0;
    }

    /** True also for a self-leave. */
    public boolean isCausedByLeave() {
        return (serviceType & ServiceType.CAUSED_BY_LEAVE) != 0;
    }

    public boolean isCausedByDisconnect() {
        return (serviceType & ServiceType.CAUSED_BY_DISCONNECT) != 0;
    }

    public boolean isCausedByNetwork() {
        return (serviceType & ServiceType.CAUSED_BY_NETWORK) != 0;
    }

    /** True if this connection itself has left the group. */
    public boolean isSelfLeave() {
        return ServiceType.isSelfLeave(serviceType);
    }

    public SpreadGroup getGroup() {
        return group;
    }

    /** Id of the membership; null in a transition and a self-leave. */
    public @Nullable GroupID getGroupID() {
        return isRegularMembership() ? groupId : null;
    }

    /** All members, in the same order at each of them; null unless {@link #isRegularMembership()}. */
    public SpreadGroup @Nullable [] getMembers() {
        return members == null ? null : members.clone();
    }

    /** Who joined, or null. */
    public @Nullable SpreadGroup getJoined() {
        return isRegularMembership() && isCausedByJoin() ? changed() : null;
    }

    /** Who left or was disconnected, or null. */
    public @Nullable SpreadGroup getLeft() {
        return isRegularMembership() && (isCausedByLeave() || isCausedByDisconnect()) ? changed() : null;
    }

    /** Who was disconnected, or null. */
    public @Nullable SpreadGroup getDisconnected() {
        return isRegularMembership() && isCausedByDisconnect() ? changed() : null;
    }

    private @Nullable SpreadGroup changed() {
        SpreadGroup[] first = sets.get(0).getMembers();
        return first.length == 0 ? null : first[0];
    }

    /**
     * The members that came along from the previous membership, or null unless the network changed.
     *
     * @deprecated use {@link #getMyVirtualSynchronySet()}
     */
    @Deprecated
    public SpreadGroup @Nullable [] getStayed() {
        VirtualSynchronySet mine = getMyVirtualSynchronySet();
        return mine == null ? null : mine.getMembers();
    }

    /** Members by where they came from; null unless the network changed. */
    public VirtualSynchronySet @Nullable [] getVirtualSynchronySets() {
        return isRegularMembership() && isCausedByNetwork() ? sets.toArray(new VirtualSynchronySet[0]) : null;
    }

    /** The set this connection belongs to; null unless the network changed. */
    public @Nullable VirtualSynchronySet getMyVirtualSynchronySet() {
        return isRegularMembership() && isCausedByNetwork() ? sets.get(mySet) : null;
    }

    /** Members that came together from the same previous membership. */
    @SuppressWarnings("ClassCanBeStatic") // the official class is an inner one, and so callers were compiled
    public class VirtualSynchronySet {
        private final SpreadGroup[] list;
        private int size;

        protected VirtualSynchronySet(int capacity) {
            list = new SpreadGroup[capacity];
        }

        /** How many members it can hold. */
        public int getCapacity() {
            return list.length;
        }

        /** How many members it holds. */
        public int getSize() {
            return size;
        }

        public SpreadGroup[] getMembers() {
            return java.util.Arrays.copyOf(list, size);
        }

        /** Adds a member; one too many is left out. */
        public void addMember(SpreadGroup member) {
            if (size < list.length) {
                list[size++] = member;
            }
        }
    }
}
