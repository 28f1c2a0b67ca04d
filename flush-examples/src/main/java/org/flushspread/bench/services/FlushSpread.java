package org.flushspread.bench.services;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.flushspread.bench.Counter;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.embedded.EmbeddedDaemon;
import org.flushspread.flush.Codec;
import org.flushspread.flush.ReplicaOptions;
import org.flushspread.flush.ReplicatedStateMachine;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.store.Fsync;

/** Replicated state machines of this project, each with its daemon in its process; the program that submits is a member. */
public final class FlushSpread implements ReplicatedService {
    static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int MOST_OUTSTANDING = 50_000;

    @Override
    public int servers() {
        return Place.MEMBERS - 1;
    }

    @Override
    public void serve(int index, Place place) {
        join(index, place, false);
    }

    static ReplicatedStateMachine<Counter, byte[], Long> join(int index, Place place, boolean desk) {
        StringBuilder text = new StringBuilder("AcceleratedRing = yes\n");
        for (int i = 0; i < Place.MEMBERS; i++) {
            text.append("Spread_Segment 127.0.%d.255:%d { d%d 127.0.%d.1 { 127.0.%d.1 } }\n"
                    .formatted(i + 1, port(i, place), i, i + 1, i + 1));
        }
        EmbeddedDaemon daemon = EmbeddedDaemon.start(
                Configuration.parse(text.toString(), "the ring of bench", HostResolver.LOCALHOST_ONLY),
                "d" + index,
                DaemonOptions.DEFAULTS.withSocketDirectory(Optional.of(place.of(index))));
        return ReplicatedStateMachine.join(
                daemon(index, place), "bench-service", new Counter(), Codec.bytes(), options -> {
                    ReplicaOptions mine = options.name("m" + index)
                            .primary(Quorum.majorityOf(Place.MEMBERS))
                            .maxOutstanding(MOST_OUTSTANDING)
                            .connection(each -> each.withLinks(daemon::link));
                    if (place.durable()) {
                        mine = mine.store(place.of(index).resolve("store"), Fsync.ALWAYS);
                    }
                    return desk ? mine.serveClients() : mine;
                });
    }

    private static int port(int index, Place place) {
        return place.port() + 2 * index;
    }

    /** The address of a daemon. */
    static String daemon(int index, Place place) {
        return port(index, place) + "@127.0." + (index + 1) + ".1";
    }

    @Override
    public Submitter connect(Place place) {
        ReplicatedStateMachine<Counter, byte[], Long> member = join(Place.MEMBERS - 1, place, false);
        member.awaitPrimary(PATIENCE);
        return new Submitter() {
            @Override
            public CompletableFuture<?> submit(byte[] command) {
                return member.submit(command);
            }

            @Override
            public int mostOutstanding() {
                return MOST_OUTSTANDING;
            }

            @Override
            public void close() {
                member.close();
            }
        };
    }
}
