package org.flushspread.flush.check;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.FlushOutput;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.flush.kernel.GroupRules;
import org.flushspread.flush.kernel.Outgoing;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.simulation.Profile;
import org.flushspread.simulation.Swarm;

/**
 * Hashes over everything that the flush layers of many simulated runs said to their applications and to the daemons: equal before and after
 * a change of the code that is to change nothing. The program behind {@code scripts/simulate --flush-fingerprints}.
 */
public final class Fingerprints {
    private static final Simulation.Menu[] MENUS = {
        new Simulation.Menu(1, 4, 1, 1200, false, 30),
        new Simulation.Menu(3, 6, 1, 1500, true, 30),
        new Simulation.Menu(3, 6, 1, 1500, false, 80),
        new Simulation.Menu(5, 8, 2, 2500, true, 30),
        new Simulation.Menu(3, 6, 1, 4000, true, 30, true),
        new Simulation.Menu(4, 7, 2, 4000, true, 10, true),
        new Simulation.Menu(3, 6, 1, 1500, true, 30, false, true)
    };
    private static final Profile[] PROFILES = {Profile.SWARM, Profile.PARTITION, Profile.CHURN, Profile.LOSS};

    private long hash = 0xcbf29ce484222325L;
    private long said;

    private Fingerprints() {}

    /** Arguments: seeds of each menu, seeds of each profile on simulated rings. */
    public static void main(String[] arguments) {
        int seeds = Integer.parseInt(arguments[0]);
        int ringSeeds = Integer.parseInt(arguments[1]);
        for (Simulation.Menu menu : MENUS) {
            Fingerprints all = new Fingerprints();
            for (int seed = 0; seed < seeds; seed++) {
                new Simulation(seed, menu, all.layers(seed, menu.hanging() ? Simulation.PATIENCE : 0)).run();
            }
            all.print(menu.toString(), seeds);
        }
        for (Profile profile : PROFILES) {
            Fingerprints all = new Fingerprints();
            for (int seed = 1; seed <= ringSeeds; seed++) {
                Swarm swarm = Swarm.draw(seed, 3, profile).with("corruption", 0).with("clientsPerDaemon", 2);
                RingSimulation rings = seed % 3 == 0
                        ? RingSimulation.hanging(seed, swarm, all.layers(seed, swarm.beat()))
                        : new RingSimulation(seed, swarm, all.layers(seed, 0));
                rings.run();
            }
            all.print("rings, " + profile, ringSeeds);
        }
    }

    private void print(String what, int seeds) {
        System.out.printf("%016x %d seeds, %d things said: %s%n", hash, seeds, said, what);
    }

    private Simulation.Layers layers(long seed, long patience) {
        Wrapping wrapping = seed % 2 == 0 ? Wrapping.ALWAYS : Wrapping.WHERE_NEEDED;
        GroupRules rules = patience > 0
                ? GroupRules.excluding(FlushLimits.DEFAULT, patience)
                : seed % 2 == 0 ? GroupRules.ours(FlushLimits.DEFAULT) : GroupRules.mixed(FlushLimits.DEFAULT);
        return (self, output) -> new FlushDispatcher(self, new Listening(self, output), rules, wrapping);
    }

    private final class Listening implements FlushOutput {
        private final String self;
        private final FlushOutput output;

        Listening(String self, FlushOutput output) {
            this.self = self;
            this.output = output;
        }

        @Override
        public void event(GroupEvent event) {
            note(self + " " + text(event));
            output.event(event);
        }

        @Override
        public void send(Outgoing message) {
            note(self + " " + message.type() + " " + message.messType() + " " + message.groups());
            note(message.trailer());
            output.send(message);
        }
    }

    private String text(GroupEvent event) {
        if (event instanceof GroupEvent.Data data) {
            note(data.body());
            return "data " + data.group() + " " + data.service() + " " + data.sender() + " " + data.groups() + " "
                    + data.messType() + " " + data.endianMismatch();
        }
        if (event instanceof GroupEvent.View view) {
            return "view " + view.group() + " " + view.id() + " " + view.members() + " " + view.myIndex() + " "
                    + view.cause().bit() + " " + view.changed() + " " + view.previous() + " " + view.transitional()
                    + " "
                    + view.excluded();
        }
        return event.getClass().getSimpleName() + " " + event.group();
    }

    private void note(String text) {
        said++;
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            note(each);
        }
    }

    private void note(ByteBuffer bytes) {
        for (ByteBuffer rest = bytes.duplicate(); rest.hasRemaining(); ) {
            note(rest.get());
        }
    }

    private void note(byte each) {
        hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
    }
}
