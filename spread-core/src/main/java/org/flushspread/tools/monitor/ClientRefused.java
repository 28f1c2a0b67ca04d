package org.flushspread.tools.monitor;

import java.util.List;
import org.flushspread.wire.SpreadCode;

/** The daemon runs and does not take a client. */
final class ClientRefused implements Check {
    @Override
    public List<Finding> judge(Facts facts) {
        return facts.refused.stream()
                .map(each -> new Finding(
                        "client-refused",
                        "the daemon of this host refuses a client by " + each.how() + ": " + each.sentence() + " ("
                                + each.code() + ")",
                        mend(facts, each.code())))
                .toList();
    }

    private static String mend(Facts facts, int code) {
        if (code == SpreadCode.REJECT_AUTH.code()) {
            return "the file allows " + facts.configuration.options().allowedAuthMethods() + " and requires "
                    + facts.configuration.options().requiredAuthMethods()
                    + ": clients must offer these methods; IP needs a line for the client in spread.access_ip, in the working"
                    + " directory of the daemon or /etc, without an empty line before it; a daemon with --access needs a line"
                    + " there that lets it connect, and logs which line did not";
        }
        if (code == SpreadCode.REJECT_QUOTA.code()) {
            return "the daemon has as many clients as it takes: end some, or raise --max-sessions and the limit of open files";
        }
        if (code == SpreadCode.REJECT_VERSION.code()) {
            return "the client library is older than 3.1: link the client with a newer one";
        }
        if (code == SpreadCode.COULD_NOT_CONNECT.code()) {
            return "see whether the daemon listens for clients there: an interface line with C in the file decides";
        }
        return "look into the log of the daemon";
    }
}
