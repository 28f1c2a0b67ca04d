package org.flushspread.bench.services;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.Codec;
import org.flushspread.flush.client.ReplicaClient;

/** As {@link FlushSpread}, used by a program that is no member, over TCP; it has as many clients as its commands need. */
public final class FlushSpreadClients implements ReplicatedService {
    private static final int CLIENTS = 32;
    /** Requests of one client that a desk takes. */
    private static final int OF_ONE = 1_000;

    @Override
    public int servers() {
        return Place.MEMBERS;
    }

    @Override
    public void serve(int index, Place place) {
        FlushSpread.join(index, place, true);
    }

    /** Its daemon may still be starting. */
    private static ReplicaClient<byte[], Long> connect(String daemon) throws InterruptedException {
        long end = System.nanoTime() + FlushSpread.PATIENCE.toNanos();
        while (true) {
            try {
                return ReplicaClient.connect(daemon, "bench-service", Codec.bytes(), Codec.longs());
            } catch (SpreadException notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
                Thread.sleep(100);
            }
        }
    }

    @Override
    public Submitter connect(Place place) throws Exception {
        List<ReplicaClient<byte[], Long>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(connect(FlushSpread.daemon(i % Place.MEMBERS, place)));
        }
        for (ReplicaClient<byte[], Long> each : clients) {
            each.submit(new byte[1]).get(FlushSpread.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        return new Submitter() {
            private int next;

            @Override
            public CompletableFuture<?> submit(byte[] command) {
                next = (next + 1) % CLIENTS;
                return clients.get(next).submit(command);
            }

            @Override
            public int mostOutstanding() {
                return CLIENTS * OF_ONE;
            }

            @Override
            public void close() {
                clients.forEach(ReplicaClient::close);
            }
        };
    }
}
