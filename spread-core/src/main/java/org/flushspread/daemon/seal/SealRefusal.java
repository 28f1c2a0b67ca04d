package org.flushspread.daemon.seal;

/** Why a datagram was not opened (security 2.4). */
public enum SealRefusal {
    /** It has no envelope: its sender runs without a key, or knows none. */
    NOT_SEALED("is not sealed: whoever sent it runs without the key of this ring"),
    /** An envelope that contradicts itself, or of a version to come. */
    MALFORMED("has an envelope that cannot be read"),
    /** Sealed with a key that this daemon does not have. */
    UNKNOWN_KEY("is sealed with another key: do all daemons have the same key file?"),
    /** Its bytes are not what the key says they are. */
    FORGED("was changed on its way, or made without the key"),
    /** It was opened before: a copy of the network's, or somebody sends it again. */
    REPLAYED("was had before"),
    /** It is older than what the window can tell from a repetition. */
    TOO_OLD("is too old to tell whether it was had before"),
    /** A token that was held up until a later one of its sender came. */
    OVERTAKEN("is a token that a later one of its sender overtook"),
    /** Of a start of its sender that another one followed. */
    EARLIER_EPOCH("is of an earlier start of its sender"),
    /** More senders than a ring can have. */
    TOO_MANY_SENDERS("is of more senders than can be"),
    /** A monitor whose clock differs too much from this daemon's. */
    WRONG_TIME("comes from a monitor whose clock is not that of this daemon"),
    /** Its own datagram, which came back from the segment. */
    ECHO("is this daemon's own");

    private final String words;

    SealRefusal(String words) {
        this.words = words;
    }

    /** What a person is told, behind "a datagram from ... ". */
    public String words() {
        return words;
    }
}
