package org.flushspread.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FlushChatTest {
    private final Daemons daemons = new Daemons();

    @AfterEach
    void close() {
        daemons.close();
    }

    private Person chat(String name) {
        Person person = Person.run(FlushChat::new, name, "room", "-s", daemons.name());
        person.sees("view of", name + " (you)");
        return person;
    }

    @Test
    void everybodySeesWhoComesWhatIsSaidAndWhoGoes() {
        Person alice = chat("alice");
        Person bob = chat("bob");
        alice.sees("view of 2: alice (you) bob; bob joined");
        alice.type("hello bob");
        bob.sees("<alice> hello bob");
        alice.sees("<alice> hello bob");
        bob.type("/quit");
        alice.sees("view of 1: alice (you); bob left");
        assertThat(bob.exitStatus()).isZero();
        alice.type("/quit");
        assertThat(alice.exitStatus()).isZero();
    }

    @Test
    void aPrivateMessageReachesOneAndASubGroupMessageSome() {
        Person alice = chat("alice");
        Person bob = chat("bob");
        Person carol = chat("carol");
        for (Person each : List.of(alice, bob)) {
            each.sees("view of 3");
        }
        alice.type("/to bob for bob");
        bob.sees("<alice to bob (you) alice> for bob");
        alice.type("/sub bob,carol for two");
        bob.sees("<alice to bob (you) carol alice> for two");
        carol.sees("<alice to bob carol (you) alice> for two");
        alice.type("/to dave hm");
        alice.sees("nobody in the view is called 'dave'");
        alice.type("/who");
        alice.sees("in the view: alice (you) bob carol");
        assertThat(carol.everything()).noneMatch(line -> line.contains("for bob"));
    }

    @Test
    void aFlushRequestWaitsForThePersonWhoWantsThat() {
        Person alice = chat("alice");
        alice.type("/manual");
        alice.sees("wait for your /flush");
        Person bob = Person.run(FlushChat::new, "bob", "room", "-s", daemons.name());
        alice.sees("flush request: the members are to change");
        alice.type("still in the old view");
        alice.sees("<alice> still in the old view");
        alice.type("/flush");
        alice.sees("view of 2");
        bob.sees("view of 2");
        bob.type("/quit");
        alice.sees("flush request");
        alice.type("/auto");
        alice.sees("view of 1", "bob left");
        alice.type("/flush");
        alice.sees("nothing to flush");
        assertThat(bob.everything()).noneMatch(line -> line.contains("old view"));
    }

    @Test
    void theEndOfTheDaemonEndsTheChatWithAReason() {
        Person alice = chat("alice");
        daemons.close();
        alice.sees("the connection has ended");
        assertThat(alice.exitStatus()).isEqualTo(1);
    }

    @Test
    void withoutADaemonItSaysSo() {
        daemons.close();
        assertThat(Person.run(FlushChat::new, "alice", "room", "-s", daemons.name())
                        .exitStatus())
                .isEqualTo(1);
    }

    @Test
    void aWrongCommandLineIsStatusTwo() {
        assertThat(Person.run(FlushChat::new, "alice").exitStatus()).isEqualTo(2);
        assertThat(Person.run(FlushChat::new, "alice", "room", "--web", "0").exitStatus())
                .isEqualTo(2);
        assertThat(Person.run(FlushChat::new, "--web", "all").exitStatus()).isEqualTo(2);
        assertThat(Person.run(FlushChat::new, "--help").exitStatus()).isZero();
    }

    @Test
    void browsersAreServedUntilSomebodyTypesQuit() {
        Person person = Person.run(FlushChat::new, "--web", "0", "-s", daemons.name(), "-s", "4803@elsewhere");
        person.sees("* open http://127.0.0.1:");
        person.type("quit");
        assertThat(person.exitStatus()).isZero();
    }
}
