package org.flushspread.daemon.seal;

/** Remembers the latest starts of other daemons that were heard of (security 2.4), if it can beyond the end of this process. */
public interface Epochs {
    /** Forgets with the process. */
    Epochs NONE = new Epochs() {
        @Override
        public long latest(int sender) {
            return Long.MIN_VALUE;
        }

        @Override
        public void heard(int sender, long epoch) {}
    };

    /** The latest epoch of a sender, or {@link Long#MIN_VALUE} if nothing of it is known. */
    long latest(int sender);

    /** A later one was heard, from somebody who has the key. Does not block. */
    void heard(int sender, long epoch);
}
