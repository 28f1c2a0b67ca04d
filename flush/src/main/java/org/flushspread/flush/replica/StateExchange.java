package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the members of a view have said that they have: nothing is decided before all have (replica-protocol R1). */
final class StateExchange {
    private final List<String> members;
    private final ReplicaMessage.@Nullable State[] states;
    private int missing;
    /** Over what all members have said, in order: the same at each of them. */
    private long said;

    StateExchange(List<String> members) {
        this.members = members;
        this.states = new ReplicaMessage.State[members.size()];
        this.missing = members.size();
        for (String member : members) {
            said = Scope.identity(said, member.chars().asLongStream().toArray());
        }
    }

    /** Of the view at first, in the end of the decision that follows. */
    long identity() {
        return said;
    }

    /** False if this member has spoken before. */
    boolean add(int who, ReplicaMessage.State state, ByteBuffer bytes) {
        if (states[who] != null) {
            return false;
        }
        states[who] = state;
        said = Scope.identity(said, hash(bytes));
        missing--;
        return true;
    }

    private static long hash(ByteBuffer bytes) {
        Chain chain = new Chain(0, 0);
        chain.add(bytes);
        return chain.high();
    }

    boolean isComplete() {
        return missing == 0;
    }

    /** All states, in view order, once they are complete. */
    List<ReplicaMessage.State> all() {
        List<ReplicaMessage.State> all = new ArrayList<>(states.length);
        for (ReplicaMessage.State one : states) {
            if (one != null) {
                all.add(one);
            }
        }
        return all;
    }

    List<String> silentMembers() {
        List<String> silent = new ArrayList<>();
        for (int i = 0; i < states.length; i++) {
            if (states[i] == null) {
                silent.add(members.get(i));
            }
        }
        return silent;
    }
}
