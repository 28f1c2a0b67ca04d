package org.flushspread.bench.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.flushspread.bench.services.Place;
import org.flushspread.bench.services.ReplicatedService;

/** Apache Ratis over gRPC, used by its asynchronous client. */
public final class Ratis implements ReplicatedService {
    private static final int MOST_OUTSTANDING = 20_000;
    private static final UUID GROUP = new UUID(7, 7);

    /** Counts commands. */
    private static final class Counter extends BaseStateMachine {
        private long count;

        @Override
        public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
            updateLastAppliedTermIndex(
                    transaction.getLogEntry().getTerm(), transaction.getLogEntry().getIndex());
            return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFromUtf8(Long.toString(++count))));
        }
    }

    private static RaftGroup group(Place place) {
        List<RaftPeer> peers = new ArrayList<>();
        for (int i = 0; i < Place.MEMBERS; i++) {
            peers.add(RaftPeer.newBuilder().setId("n" + i).setAddress("127.0.0.1:" + (place.port() + i)).build());
        }
        return RaftGroup.valueOf(RaftGroupId.valueOf(GROUP), peers);
    }

    @Override
    public int servers() {
        return Place.MEMBERS;
    }

    @Override
    public void serve(int index, Place place) throws Exception {
        RaftProperties properties = new RaftProperties();
        GrpcConfigKeys.Server.setPort(properties, place.port() + index);
        RaftServerConfigKeys.setStorageDir(properties, List.of(place.of(index).toFile()));
        RaftServerConfigKeys.Log.setUseMemory(properties, !place.durable());
        RaftServerConfigKeys.Write.setElementLimit(properties, MOST_OUTSTANDING);
        RaftServerConfigKeys.Log.setQueueElementLimit(properties, MOST_OUTSTANDING);
        RaftServer.newBuilder()
                .setServerId(group(place).getPeers().stream().toList().get(index).getId())
                .setGroup(group(place))
                .setProperties(properties)
                .setStateMachine(new Counter())
                .build()
                .start();
    }

    @Override
    public Submitter connect(Place place) throws Exception {
        RaftProperties properties = new RaftProperties();
        RaftClientConfigKeys.Async.setOutstandingRequestsMax(properties, MOST_OUTSTANDING);
        RaftClient client = RaftClient.newBuilder().setProperties(properties).setRaftGroup(group(place)).build();
        client.async().send(Message.valueOf(ByteString.copyFrom(new byte[1]))).get(60, TimeUnit.SECONDS);
        return new Submitter() {
            @Override
            public CompletableFuture<?> submit(byte[] command) {
                return client.async().send(Message.valueOf(ByteString.copyFrom(command))).thenApply(reply -> {
                    if (!reply.isSuccess()) {
                        throw new IllegalStateException("not done", reply.getException());
                    }
                    return reply;
                });
            }

            @Override
            public int mostOutstanding() {
                return MOST_OUTSTANDING;
            }

            @Override
            public void close() {
                try {
                    client.close();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        };
    }
}
