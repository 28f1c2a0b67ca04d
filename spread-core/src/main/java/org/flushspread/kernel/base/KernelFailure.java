package org.flushspread.kernel.base;

/**
 * The state of ring or groups can no longer be trusted: something failed in the middle of a step that other daemons rely on. The daemon
 * must end, as if it had crashed (guarantees, where failures end): its clients connect elsewhere or again, and the ring recovers. After it nothing
 * but {@code Kernel.stop} is answered. No input makes it happen; what does is a bug or memory that is used up.
 */
public final class KernelFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String dump;

    /**
     * @param doing what failed, as it stands after "while"
     * @param dump what a person needs to look into it: the state in figures and the packet, as far as they could still be had
     */
    public KernelFailure(String doing, String dump, Throwable cause) {
        super("the protocol engine failed while it " + doing + ": " + cause, cause);
        this.dump = dump;
    }

    /** The state in figures and the packet that was read, in lines. */
    public String dump() {
        return dump;
    }
}
