package org.flushspread.flush.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Random;
import java.util.TreeSet;
import org.flushspread.Guide;
import org.flushspread.flush.Codec;
import org.flushspread.flush.StateMachine;
import org.flushspread.flush.linearizability.Model;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of the guide spec/simulation.md is the code between the marks in this file, it runs, and the failure it shows is what comes. */
@Tag("once")
@Timeout(120)
class SimulationGuideTest {
    // [machine]
    static class Tickets implements StateMachine<String, Long> {
        final TreeSet<Long> open = new TreeSet<>();
        long next = 1;

        @Override
        public Long apply(String command) {
            if (command.equals("open")) {
                open.add(next);
                return next++;
            }
            long ticket = Long.parseLong(command.substring("close ".length()));
            return open.remove(ticket) ? ticket : 0;
        }

        @Override
        public Codec<Long> answers() {
            return Codec.longs();
        }

        @Override
        public void save(DataOutput out) throws IOException {
            out.writeInt(open.size());
            for (long ticket : open) {
                out.writeLong(ticket);
            }
        }

        @Override
        public void load(DataInput in) throws IOException {
            open.clear();
            for (int i = in.readInt(); i > 0; i--) {
                open.add(in.readLong());
            }
            next = open.isEmpty() ? 1 : open.last() + 1;
        }

        @Override
        public String toString() {
            return open + ", next " + next;
        }
    }
    // [/machine]

    // [workload]
    static class People implements Workload<String> {
        @Override
        public Codec<String> codec() {
            return Codec.strings();
        }

        @Override
        public String command(Random random) {
            return random.nextInt(3) > 0 ? "open" : "close " + (1 + random.nextInt(4));
        }
    }
    // [/workload]

    static class MendedTickets extends Tickets {
        @Override
        public void save(DataOutput out) throws IOException {
            super.save(out);
            out.writeLong(next);
        }

        @Override
        public void load(DataInput in) throws IOException {
            super.load(in);
            next = in.readLong();
        }
    }

    // [model]
    /** Numbers are handed out one after the other, whatever becomes of the tickets. */
    static class Numbers implements Model<Long, String, Long> {
        @Override
        public Long initial() {
            return 0L;
        }

        @Override
        public boolean onlyReads(String command) {
            return !command.equals("open");
        }

        @Override
        public Long apply(Long last, String command, Long answer, boolean answered) {
            if (onlyReads(command)) {
                return last;
            }
            return !answered || answer == last + 1 ? Long.valueOf(last + 1) : null;
        }
    }
    // [/model]

    // [run]
    void ticketsAreTheSameEverywhere() {
        ReplicaSimulation.of(Tickets::new, People::new).seeds(1_000).run();
    }
    // [/run]

    @Test
    void theMendedOneHoldsAllThatThePageAsks() {
        // [more]
        ReplicaSimulation.of(MendedTickets::new, People::new)
                .seeds(200)
                .model(new Numbers())
                .invariant("numbers begin at 1", tickets -> tickets.open.isEmpty() || tickets.open.first() >= 1)
                .atEnd(
                        "all have the same tickets",
                        all -> all.stream().map(each -> each.open).distinct().count() <= 1)
                .run();
        // [/more]
    }

    @Test
    void thePageShowsWhatRunsAndTheFailureThatComes() throws IOException {
        AssertionError failure = catchThrowableOfType(AssertionError.class, this::ticketsAreTheSameEverywhere);
        assertThat(failure).isNotNull();
        if (Boolean.getBoolean("users.show")) {
            System.out.println(failure.getMessage());
        }
        String page = Files.readString(Guide.file("spec/simulation.md"));
        String said = failure.getMessage();
        assertThat(page)
                .contains(said.substring(0, said.indexOf('\n')))
                .contains(said.substring(said.indexOf("Without any group")).strip());
        Guide.shows(
                "spec/simulation.md", "flush/src/test/java/org/flushspread/flush/simulation/SimulationGuideTest.java");
    }
}
