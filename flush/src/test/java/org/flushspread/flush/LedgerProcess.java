package org.flushspread.flush;

import java.io.IOException;
import java.nio.file.Path;
import org.flushspread.Wait;
import org.flushspread.flush.replica.Quorum;

/** A member of group ledger that serves clients, in a process of its own until that is killed. Arguments: daemon, name, members, store. */
final class LedgerProcess {
    /** What it prints when it has the state, and is in a primary component. */
    static final String PRIMARY = "primary";

    private LedgerProcess() {}

    public static void main(String[] args) throws IOException {
        try (ReplicatedStateMachine<Ledger, String, Integer> ledger = ReplicatedStateMachine.join(
                args[0],
                "ledger",
                new Ledger(),
                Codec.strings(),
                options -> options.name(args[1])
                        .primary(Quorum.majorityOf(Integer.parseInt(args[2])))
                        .store(Path.of(args[3]))
                        // A machine with much else to do is not what is tested.
                        .suspectAfter(Wait.LONGEST)
                        .serveClients())) {
            ledger.awaitPrimary(Wait.LONGEST);
            System.out.println(PRIMARY);
            while (System.in.read() >= 0) {
                // until whoever started it is gone
            }
        }
    }
}
