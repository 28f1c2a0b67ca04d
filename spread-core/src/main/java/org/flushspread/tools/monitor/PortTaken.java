package org.flushspread.tools.monitor;

import java.util.List;

/** Another program has a port of the daemon that shall run here. */
final class PortTaken implements Check {
    @Override
    public List<Finding> judge(Facts facts) {
        return facts.taken.stream()
                .map(each -> new Finding(
                        "port-taken",
                        each.port() + " is in use by " + each.holder(),
                        "stop that program, or choose another port in the file of all daemons (Spread needs the port for UDP"
                                + " and TCP and the next one for UDP)"))
                .toList();
    }
}
