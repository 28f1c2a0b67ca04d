package org.flushspread.daemon;

import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.BindException;
import java.util.Locale;

/** Says in a sentence why a socket could not be opened. */
final class StartFailures {
    private static final int EACCES = 13;
    private static final int EADDRINUSE = 98;
    private static final int EADDRNOTAVAIL = 99;

    private StartFailures() {}

    static DaemonStartException bind(String address, String kind, Throwable why) {
        return new DaemonStartException(sentence(address, kind, why), why);
    }

    private static String sentence(String address, String kind, Throwable why) {
        String text = String.valueOf(why.getMessage()).toLowerCase(Locale.ROOT);
        int error = why instanceof Errors.NativeIoException e ? -e.expectedErr() : 0;
        if (error == EADDRINUSE || text.contains("in use")) {
            return address + " is already in use (" + kind
                    + "). Is another daemon running? Stop it, or choose another port in spread.conf. A second daemon on one"
                    + " machine needs a segment of its own, for example: Spread_Segment 127.0.2.255:4805 { node2 127.0.2.1 {"
                    + " 127.0.2.1 } }";
        }
        if (error == EADDRNOTAVAIL || text.contains("assign requested address")) {
            return address + " is no address of this machine (" + kind
                    + "). Is this the right daemon name (-n) for this host, and is the address up?";
        }
        if (error == EACCES || text.contains("permission denied")) {
            return "no permission to listen on " + address + " (" + kind + "). Ports below 1024 need privileges.";
        }
        return "cannot listen on " + address + " (" + kind + "): "
                + (why instanceof IOException || why instanceof BindException ? why.getMessage() : why.toString());
    }
}
