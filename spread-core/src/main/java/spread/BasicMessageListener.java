package spread;

/** Receives every message. Called on the connection's listener thread. */
public interface BasicMessageListener {
    /** A message of any kind arrived. */
    void messageReceived(SpreadMessage message);
}
