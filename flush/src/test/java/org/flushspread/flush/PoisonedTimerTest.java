package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.flushspread.Wait;
import org.flushspread.flush.replica.Quorum;
import org.junit.jupiter.api.Test;

/** A timer that no member can fire is gone with the command that is skipped (replica-protocol R15, R19). */
class PoisonedTimerTest extends FaultyReplicas {
    private final AtomicLong now = new AtomicLong(1_000_000);

    @Test
    void aTimerThatNoMemberCanFireIsSkippedWithTheCommandThatBringsItsTime() {
        List<ReplicatedStateMachine<Timed, String, Integer>> first = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            first.add(timed(name));
        }
        first.get(0).submit("set bad").join();
        first.get(1).submit("set good").join();
        now.addAndGet(1_000);
        first.get(0).submit("brings the time").handle((result, e) -> e).join();
        first.forEach(each -> each.closed().join());
        assertThat(first.get(0).closed().join()).cause().hasMessageContaining(".onTimer(\"bad\") throw");
        var a = timed("a");
        var b = timed("b");
        Wait.until(() -> b.status().toString(), () -> !b.status().poisoned().isEmpty());
        assertThat(b.skip(b.status().poisoned())).isTrue();
        a.awaitPrimary(LONG);
        reported("POISONED_COMMAND", "timers [bad, good] are gone");
        a.submit("set later").join();
        now.addAndGet(1_000);
        a.submit("two").join();
        List<String> all = List.of("set bad", "set good", "set later", "fired later", "two");
        assertThat(a.<List<String>>readOrdered(machine -> List.copyOf(machine.commands))
                        .join())
                .isEqualTo(all);
        a.close();
        b.close();
        // From the log, as it was.
        var again = timed("b");
        timed("a");
        again.awaitPrimary(LONG);
        assertThat(again.<List<String>>readOrdered(machine -> List.copyOf(machine.commands))
                        .join())
                .isEqualTo(all);
    }

    private ReplicatedStateMachine<Timed, String, Integer> timed(String name) {
        return join(
                "log",
                new Timed(),
                options -> options.name(name)
                        .primary(Quorum.majorityOf(2))
                        .store(directory.resolve(name))
                        .clock(() -> Instant.ofEpochMilli(now.get()))
                        .onReport((reason, text) -> reports.add(reason + " " + text)));
    }

    /** Sets timers for half a second, and has one that it cannot fire. */
    private static final class Timed implements StateMachine<String, Integer> {
        final List<String> commands = new ArrayList<>();

        @Override
        public Integer apply(String command, ApplyContext context) {
            commands.add(command);
            if (command.startsWith("set ")) {
                context.setTimer(command.substring(4), context.time().plusMillis(500));
            }
            return commands.size();
        }

        @Override
        public void onTimer(String timer, ApplyContext context) {
            if (timer.equals("bad")) {
                Fault.ERROR.thrown();
            }
            commands.add("fired " + timer);
        }

        @Override
        public void save(DataOutput out) throws IOException {
            out.writeUTF(String.join("\n", commands));
        }

        @Override
        public void load(DataInput in) throws IOException {
            commands.clear();
            String all = in.readUTF();
            commands.addAll(all.isEmpty() ? List.of() : List.of(all.split("\n")));
        }
    }
}
