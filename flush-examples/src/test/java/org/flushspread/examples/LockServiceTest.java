package org.flushspread.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.flushspread.Wait;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LockServiceTest {
    private final Daemons daemons = new Daemons();

    @AfterEach
    void close() {
        daemons.close();
    }

    private Person member(String name, String... more) {
        Person person = Person.run(LockService::new, concat(List.of(name, "-s", daemons.name()), List.of(more)));
        return person;
    }

    private static String[] concat(List<String> first, List<String> second) {
        return java.util.stream.Stream.concat(first.stream(), second.stream()).toArray(String[]::new);
    }

    @Test
    void theOldestLeadsAndTheLockGoesRoundInTheOrderOfTheRequests() {
        Person zoe = member("zoe");
        zoe.sees("leader: zoe@d1");
        Person amy = member("amy");
        amy.sees("amy@d1 zoe@d1; leader: zoe@d1");
        Person ben = member("ben");
        for (Person each : List.of(zoe, amy, ben)) {
            each.sees("amy@d1 ben@d1 zoe@d1; leader: zoe@d1");
        }
        zoe.type("lock");
        zoe.sees("you hold the lock (grant 1)");
        amy.sees("zoe@d1 holds the lock (grant 1)");
        amy.type("lock");
        zoe.type("holder");
        Wait.until("amy waits", () -> {
            zoe.type("holder");
            return zoe.everything().contains("zoe@d1 holds the lock, 1 waiting");
        });
        zoe.type("unlock");
        amy.sees("you hold the lock (grant 2)");
        ben.sees("amy@d1 holds the lock (grant 2)");
        amy.type("unlock");
        ben.sees("the lock is free");
    }

    @Test
    void whenTheLeaderGoesTheNextOldestLeadsAndTheNextInTheQueueHolds() {
        Person zoe = member("zoe");
        zoe.sees("leader: zoe@d1");
        Person amy = member("amy");
        amy.sees("leader: zoe@d1");
        zoe.type("lock");
        amy.sees("zoe@d1 holds the lock (grant 1)");
        amy.type("lock");
        Wait.until("amy waits", () -> {
            amy.type("holder");
            return amy.everything().contains("zoe@d1 holds the lock, 1 waiting");
        });
        Person ben = member("ben");
        ben.sees("leader: zoe@d1");
        ben.type("holder");
        ben.sees("zoe@d1 holds the lock, 1 waiting");
        zoe.type("quit");
        assertThat(zoe.exitStatus()).isZero();
        amy.sees("amy@d1 ben@d1; leader: amy@d1");
        amy.sees("you hold the lock (grant 2)");
        ben.sees("amy@d1 holds the lock (grant 2)");
    }

    @Test
    void withoutAMajorityNobodyGetsTheLockAndWithOneWhoAskedDoes() {
        Person amy = member("amy", "--of", "3");
        amy.sees("only 1 of 3 members are here");
        amy.sees("leader: amy@d1");
        amy.type("lock");
        amy.sees("wait for more members");
        amy.type("holder");
        amy.sees("nobody holds the lock");
        Person ben = member("ben", "--of", "3");
        ben.sees("amy@d1 holds the lock (grant 1)");
        amy.sees("you hold the lock (grant 1)");
        ben.type("quit");
        amy.sees("only 1 of 3 members are here");
        amy.type("holder");
        amy.sees("nobody holds the lock");
    }
}
