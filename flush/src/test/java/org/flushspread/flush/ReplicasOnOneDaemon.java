package org.flushspread.flush;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.flushspread.Wait;
import org.flushspread.flush.replica.Quorum;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Where most tests of replicated state machines begin: a daemon as small as can be, members of group log, and what they report. */
abstract class ReplicasOnOneDaemon {
    static final Duration LONG = Wait.LONGEST;

    TestDaemon daemon = new TestDaemon();
    final List<ReplicatedStateMachine<?, ?, ?>> open = new CopyOnWriteArrayList<>();
    final List<String> reports = new CopyOnWriteArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void closeMembersAndDaemon() {
        open.forEach(ReplicatedStateMachine::close);
        daemon.close();
    }

    /** A member that does not go on without others, however long the machine lets them wait; who does is another test's. */
    <S extends StateMachine<String, Integer>> ReplicatedStateMachine<S, String, Integer> join(
            String group, S machine, UnaryOperator<ReplicaOptions> options) {
        ReplicatedStateMachine<S, String, Integer> joined = ReplicatedStateMachine.join(
                daemon.name(),
                group,
                machine,
                Codec.strings(),
                given -> options.apply(
                        given.suspectAfter(LONG).onReport((reason, text) -> reports.add(reason + ": " + text))));
        open.add(joined);
        return joined;
    }

    ReplicatedStateMachine<ReplicatedLog, String, Integer> join(UnaryOperator<ReplicaOptions> options) {
        return join("log", new ReplicatedLog(), options);
    }

    ReplicatedStateMachine<ReplicatedLog, String, Integer> join(
            String name, int size, UnaryOperator<ReplicaOptions> options) {
        return join(given -> options.apply(given.name(name).primary(Quorum.majorityOf(size))));
    }

    ReplicatedStateMachine<ReplicatedLog, String, Integer> join(String name, int size) {
        return join(name, size, options -> options);
    }
}
