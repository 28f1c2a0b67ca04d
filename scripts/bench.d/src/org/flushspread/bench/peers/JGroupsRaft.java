package org.flushspread.bench.peers;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flushspread.bench.services.Place;
import org.flushspread.bench.services.ReplicatedService;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG2;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.protocols.raft.ELECTION;
import org.jgroups.protocols.raft.FileBasedLog;
import org.jgroups.protocols.raft.InMemoryLog;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.protocols.raft.REDIRECT;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.StateMachine;

/** jgroups-raft over TCP; the program that submits is a member, the leader where it comes about. */
public final class JGroupsRaft implements ReplicatedService {
    /** Counts commands. */
    private static final class Counter implements StateMachine {
        private long count;

        @Override
        public byte[] apply(byte[] data, int offset, int length, boolean serialize) {
            return Long.toString(++count).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        }

        @Override
        public void readContentFrom(DataInput in) throws IOException {
            count = in.readLong();
        }

        @Override
        public void writeContentTo(DataOutput out) throws IOException {
            out.writeLong(count);
        }
    }

    @Override
    public int servers() {
        return Place.MEMBERS - 1;
    }

    @Override
    public void serve(int index, Place place) throws Exception {
        // So that the one that submits is there first, which is where leaders come from.
        Thread.sleep(1_000L * (1 + index));
        join(index, place);
    }

    private static RaftHandle join(int index, Place place) throws Exception {
        InetAddress local = InetAddress.getByName("127.0.0.1");
        List<InetSocketAddress> all = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < Place.MEMBERS; i++) {
            all.add(new InetSocketAddress(local, place.port() + i));
            names.add("n" + i);
        }
        TCP transport = new TCP();
        transport.setBindAddress(local).setBindPort(place.port() + index).setPortRange(0);
        TCPPING ping = new TCPPING().initialHosts(all);
        ping.setPortRange(0);
        RAFT raft = new RAFT()
                .members(names)
                .raftId("n" + index)
                .logClass((place.durable() ? FileBasedLog.class : InMemoryLog.class).getName())
                .logDir(place.of(index).toString())
                .logPrefix("n" + index)
                .logUseFsync(place.durable());
        JChannel channel = new JChannel(
                transport,
                ping,
                new FD_ALL3(),
                new VERIFY_SUSPECT2(),
                new NAKACK2().useMcastXmit(false),
                new UNICAST3(),
                new STABLE(),
                new GMS().setJoinTimeout(1000),
                new FRAG2(),
                new ELECTION(),
                raft,
                new REDIRECT());
        channel.name("n" + index);
        RaftHandle handle = new RaftHandle(channel, new Counter());
        channel.connect("bench");
        return handle;
    }

    @Override
    public Submitter connect(Place place) throws Exception {
        RaftHandle handle = join(Place.MEMBERS - 1, place);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (handle.leader() == null && System.nanoTime() < end) {
            Thread.sleep(100);
        }
        byte[] one = new byte[1];
        handle.setAsync(one, 0, 1, null).get(60, TimeUnit.SECONDS);
        System.err.println(handle.isLeader() ? "is the leader" : "is no leader");
        return new Submitter() {
            @Override
            public CompletableFuture<?> submit(byte[] command) throws Exception {
                return handle.setAsync(command, 0, command.length, null);
            }

            @Override
            public void close() {
                handle.channel().close();
            }
        };
    }
}
