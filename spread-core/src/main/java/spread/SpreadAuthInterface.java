package spread;

/** The client's side of an authentication method, registered by {@link SpreadConnection#registerAuthentication}. */
public interface SpreadAuthInterface {
    /**
     * Runs the method while the connection is being made.
     *
     * @throws SpreadException to give up
     */
    void authenticate() throws SpreadException;
}
