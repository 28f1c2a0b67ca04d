package org.flushspread.flush.replica;

/** Why something was refused, dropped or is worth a warning; counted. */
public enum ReplicaReason {
    /** A message that is not of this protocol: its sender runs another program in the group. */
    NOT_THIS_PROTOCOL,
    /** A message of another version of this protocol. */
    OTHER_PROTOCOL_VERSION,
    /** A message of this protocol that breaks its format. */
    MALFORMED,
    /** From somebody who is not a member of the view. */
    SENDER_NOT_IN_VIEW,
    /** A well-formed message that its sender had no right to send now. */
    OUT_OF_TURN,
    /** A message that its sender sent in another view. */
    OTHER_VIEW,
    /** A message that its sender sent under another decision: a person has decided since. */
    OTHER_DECISION,
    /** A vote for another attempt than the one that is voted upon. */
    OTHER_ATTEMPT,
    /** A message of another state transfer than the one that is going on. */
    OTHER_TRANSFER,
    /** A command that was delivered before. */
    DUPLICATE_COMMAND,
    /** Two members of the view have the same identity: a store was copied. */
    DUPLICATE_MEMBER,
    /** A member's state belongs to a history that was founded apart from this one. */
    OTHER_LINEAGE,
    /** A member that was replaced for ever is back. */
    RETIRED,
    /** Members disagree about the size of the group. */
    OTHER_QUORUM,
    /** More members with a vote than the group is meant to have: two parts of them could each be more than half of that number. */
    TOO_MANY_MEMBERS,
    /** Members with and without a durable store in one group. */
    MIXED_STORES,
    /** Too many attempts of unknown outcome to begin another. */
    TOO_MANY_ATTEMPTS,
    /** More commands arrived while the state was loaded than are kept. */
    CATCH_UP_OVERFLOW,
    /** A transferred state has a gap, or not the checksum that was announced. */
    STATE_DAMAGED,
    /** The state is larger than the member that lacks it accepts. */
    STATE_TOO_LARGE,
    /** The application did not accept a transferred state. */
    STATE_NOT_ACCEPTED,
    /** The store of this member is damaged, and what becomes of that. */
    STORE_DAMAGED,
    /** A snapshot of the log was given up: the application could not write it, or the device did not take it. */
    SNAPSHOT_FAILED,
    /** An error in the state machine: what it made of the state is not known, and the member stops. */
    POISONED_COMMAND,
    /** All who have the newest state are halted at a command that none of them can apply; a person may have it skipped. */
    HALTED,
    /** Members have applied the same commands, and their states differ: the state machine is not deterministic. */
    STATES_DIFFER,
    /** The agreed time is far ahead of this member's clock: the clock of some member goes wrong. */
    CLOCKS_DIFFER,
    /** The member cannot go on and stops. */
    STOPPED,
    /** The others go on without members that do not answer; or without this one, which joins again. */
    EXCLUDED,
    /** Members have not said what they have: they hang, or another program is in the group. */
    SILENT_MEMBERS,
    /** The daemon does not let this member into the group. */
    JOIN_REFUSED,
    /** Nothing goes on, and who or what it waits for. */
    DELAYED,
    /** Code of the user or the device of the store does not return. */
    STUCK
}
