package spread;

/** Receives regular messages and all others by separate methods. Called on the connection's listener thread. */
public interface AdvancedMessageListener {
    /** A data message arrived. */
    void regularMessageReceived(SpreadMessage message);

    /** A membership message, or a reject, arrived. */
    void membershipMessageReceived(SpreadMessage message);
}
