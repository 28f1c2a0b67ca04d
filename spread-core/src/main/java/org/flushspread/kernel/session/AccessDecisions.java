package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import org.flushspread.config.AccessAction;
import org.flushspread.config.AccessDecision;
import org.flushspread.config.AccessRights;
import org.flushspread.config.AccessRules;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/**
 * What an access file says about one session, and what it said about the last {@value #ENTRIES} destinations of its messages, by a place
 * for each name: a message to one of these is decided without making an object.
 */
final class AccessDecisions {
    static final int ENTRIES = 64;

    private final AccessRules source;
    private final AccessRights rights;
    private final @Nullable Name[] destinations = new @Nullable Name[ENTRIES];
    private final @Nullable AccessDecision[] decided = new @Nullable AccessDecision[ENTRIES];

    AccessDecisions(AccessRules source, AccessRights rights) {
        this.source = source;
        this.rights = rights;
    }

    /** True if they are those of this file. */
    boolean areOf(AccessRules rules) {
        return source == rules;
    }

    AccessRights rights() {
        return rights;
    }

    /** Whether it may send to the group or private group in this slot. */
    AccessDecision send(ByteBuf message, int slot) {
        int length = Name.length(message, slot);
        int hash = Name.hash(message, slot, length);
        int place = (hash ^ hash >>> 16) & (ENTRIES - 1);
        Name known = destinations[place];
        AccessDecision decision = decided[place];
        if (known == null || decision == null || !known.equals(message, slot, length)) {
            Name asked = Name.read(message, slot);
            decision = rights.decide(AccessAction.SEND, asked.toString());
            destinations[place] = asked;
            decided[place] = decision;
        }
        return decision;
    }
}
