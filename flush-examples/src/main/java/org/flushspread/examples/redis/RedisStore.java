package org.flushspread.examples.redis;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.flushspread.flush.ApplyContext;
import org.flushspread.flush.Codec;
import org.flushspread.flush.Snapshotter;
import org.flushspread.flush.StateMachine;

/** The replicated state machine: keys, which end by the agreed time. */
final class RedisStore implements StateMachine<Batch, List<byte[]>> {
    private static final String OVER = "over";
    /** Keys that are removed at one place of the log because they are over. */
    private static final int PORTION = 1_000;

    /** Replaced, never changed. */
    private volatile Keyspace keyspace = Keyspace.EMPTY;

    private volatile Consumer<List<Turn.Message>> subscribers = messages -> {};
    private long timer = Keyspace.NEVER;

    /** The keys as they are at this member, perhaps old. From any thread, to be read as long as that takes. */
    Keyspace keyspace() {
        return keyspace;
    }

    /** Who gets what is published, at this member, by the thread that applies commands. */
    void onMessages(Consumer<List<Turn.Message>> to) {
        subscribers = to;
    }

    @Override
    public Codec<List<byte[]>> answers() {
        return Resp.KEPT;
    }

    @Override
    public List<byte[]> apply(Batch batch, ApplyContext context) {
        long now = context.time().toEpochMilli();
        Turn turn = new Turn(keyspace.at(now), context.index(), now);
        List<byte[]> replies =
                batch.steps().stream().map(step -> step.run(turn)).toList();
        become(turn.keyspace(), context);
        if (!turn.messages.isEmpty()) {
            subscribers.accept(turn.messages);
        }
        return replies;
    }

    @Override
    public void onTimer(String name, ApplyContext context) {
        timer = Keyspace.NEVER;
        become(keyspace.at(context.time().toEpochMilli()).withoutOver(PORTION), context);
    }

    /** One timer for the key that is over next: so there may be any number of them. */
    private void become(Keyspace next, ApplyContext context) {
        keyspace = next;
        if (next.nextDeadline() == timer) {
            return;
        }
        timer = next.nextDeadline();
        if (timer == Keyspace.NEVER) {
            context.cancelTimer(OVER);
        } else {
            context.setTimer(OVER, Instant.ofEpochMilli(timer));
        }
    }

    @Override
    public void save(DataOutput out) throws IOException {
        keyspace.save(out);
    }

    /** Another thread writes the keys as they are now, while commands go on. */
    @Override
    public Snapshotter snapshotter() {
        return () -> keyspace::save;
    }

    @Override
    public void load(DataInput in) throws IOException {
        keyspace = Keyspace.load(in);
        timer = keyspace.nextDeadline();
    }
}
