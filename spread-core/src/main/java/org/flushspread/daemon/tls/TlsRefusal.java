package org.flushspread.daemon.tls;

/** Why a connection to the TLS port was refused (security 3.5). The same names stand in log, metrics and status. */
public enum TlsRefusal {
    NOT_TLS("does not speak TLS: clients without it use the other port"),
    TLS_HANDSHAKE_TIMEOUT("has not finished the TLS handshake in time"),
    TLS_TOO_MANY_HANDSHAKES("had to give way: too many TLS handshakes are unfinished"),
    TLS_HANDSHAKE_FAILED("failed in the TLS handshake"),
    TLS_CLIENT_CERTIFICATE("has no certificate that is wanted here"),
    TLS_CLIENT_NAME("has a certificate without a name that can be a user's"),
    TLS_RECORD("sent what TLS does not allow");

    private final String words;

    TlsRefusal(String words) {
        this.words = words;
    }

    /** Goes on after "a client at ADDRESS". */
    public String words() {
        return words;
    }
}
