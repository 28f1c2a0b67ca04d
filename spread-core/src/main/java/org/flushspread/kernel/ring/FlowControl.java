package org.flushspread.kernel.ring;

import org.flushspread.config.Options;

/** How many packets a token visit may send, and how many of them behind the token (ring-protocol 9, 10). */
final class FlowControl {
    /** Nobody sends while the ring is further ahead of its slowest member. */
    static final int MAX_GAP = 1600;
    /**
     * New packets of a visit, whatever the windows say. A visit begins at most {@link #MAX_GAP} above what its daemon knows to be stable,
     * and others may be behind that by all that one more such visit added; twice that must fit into everybody's slots (ring-protocol 9).
     */
    static final int MAX_ALLOWANCE = Options.MAX_SENT_IN_A_VISIT;
    /** Token visits without a request that give back one packet of the personal window. */
    static final int VISITS_TO_EASE = 200;

    private int window;
    private int personalWindow;
    private int acceleratedWindow;
    private boolean accelerated;
    private int lastTotal;
    /** By how much my personal window is smaller for now, because somebody could not take what was sent. */
    private int restraint;

    private int visitsWithoutLoss;

    void configure(Options options, boolean acceleratedRing) {
        window = clamp(options.window(), 1);
        personalWindow = clamp(options.personalWindow(), 1);
        acceleratedWindow = clamp(options.acceleratedWindow(), 0);
        accelerated = acceleratedRing;
    }

    /** A monitor's values; -1 leaves one unchanged. Zero or less would stop the ring for good and counts as one (Q18). */
    void set(int newWindow, int newPersonalWindow, int newAcceleratedWindow) {
        window = newWindow == -1 ? window : clamp(newWindow, 1);
        personalWindow = newPersonalWindow == -1 ? personalWindow : clamp(newPersonalWindow, 1);
        acceleratedWindow = newAcceleratedWindow == -1 ? acceleratedWindow : clamp(newAcceleratedWindow, 0);
    }

    /** A new ring starts with nothing sent in the last rotation. */
    void reset() {
        lastTotal = 0;
    }

    /**
     * Told in each visit how many packets were sent again. Where daemons ask for packets, their receive buffers are as a rule too small
     * for the bursts of three senders: C daemons hold some 70 full packets there. So a daemon that had to answer sends no more than half a
     * personal window at a time, and takes the other half back slowly. Any daemon may send less than it is allowed to (ring-protocol 9).
     */
    void sentAgain(int packets) {
        if (packets > 0) {
            restraint = personalWindow / 2;
            visitsWithoutLoss = 0;
        } else if (restraint > 0 && ++visitsWithoutLoss == VISITS_TO_EASE) {
            restraint--;
            visitsWithoutLoss = 0;
        }
    }

    /** My part of the window now. */
    private int ownWindow() {
        return Math.max(1, personalWindow - restraint);
    }

    /**
     * Packets that may be sent in this visit.
     *
     * @param onToken what all daemons sent in the last rotation, mine included, which the personal window forgives
     * @param gap how far the ring is ahead of its slowest member
     */
    int allowance(int onToken, int gap) {
        if (gap > MAX_GAP) {
            return 0;
        }
        int most = Math.min(Math.min(window, ownWindow()), MAX_ALLOWANCE);
        return Math.max(0, Math.min(window + personalWindow - onToken, most));
    }

    /** The token's new value after a visit that sent {@code total} packets, old and new. */
    int account(int onToken, int total) {
        int now = onToken + total - lastTotal;
        lastTotal = total;
        return clamp(now, 0);
    }

    /** What a daemon claims to have sent that wants nobody to send: with it on the token every allowance is 0. */
    int whole() {
        return window + personalWindow;
    }

    /** Of {@code fresh} new packets, those that follow the token. */
    int afterToken(int fresh) {
        return accelerated ? Math.min(fresh, acceleratedWindow * ownWindow() / personalWindow) : 0;
    }

    /** How far above my aru an honest packet or token can be; windows may differ for a moment between daemons. */
    int reach() {
        return MAX_GAP + 2 * Math.max(window, Options.DEFAULT_WINDOW);
    }

    boolean accelerated() {
        return accelerated;
    }

    int window() {
        return window;
    }

    int personalWindow() {
        return personalWindow;
    }

    int acceleratedWindow() {
        return acceleratedWindow;
    }

    private static int clamp(int value, int least) {
        return Math.max(least, Math.min(value, Short.MAX_VALUE));
    }
}
