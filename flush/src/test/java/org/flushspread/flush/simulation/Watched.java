package org.flushspread.flush.simulation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.flushspread.flush.ApplyContext;
import org.flushspread.flush.Codec;
import org.flushspread.flush.Snapshotter;
import org.flushspread.flush.StateMachine;
import org.jspecify.annotations.Nullable;

/** A state machine, and somebody who is told when it applies a command. */
final class Watched<S extends StateMachine<C, R>, C, R> implements StateMachine<Numbered<C>, R> {
    final S machine;
    private final LongConsumer applies;
    private final @Nullable Codec<R> answers;

    /** @param applies gets the number of each command that reaches the state machine */
    Watched(S machine, LongConsumer applies) {
        this.machine = machine;
        this.applies = applies;
        Codec<R> codec = machine.answers();
        this.answers = codec == null ? null : new CheckedAnswers<>(codec, machine.getClass());
    }

    @Override
    public R apply(Numbered<C> numbered, ApplyContext context) {
        applies.accept(numbered.number());
        return machine.apply(numbered.read(), context);
    }

    @Override
    public R query(Numbered<C> question) {
        return machine.query(question.read());
    }

    @Override
    public void onTimer(String name, ApplyContext context) {
        machine.onTimer(name, context);
    }

    @Override
    public void beginBatch() {
        machine.beginBatch();
    }

    @Override
    public void endBatch() {
        machine.endBatch();
    }

    @Override
    public int version() {
        return machine.version();
    }

    @Override
    public @Nullable Codec<R> answers() {
        return answers;
    }

    @Override
    public OptionalLong stateHash() throws IOException {
        return machine.stateHash();
    }

    @Override
    public void save(DataOutput out) throws IOException {
        machine.save(out);
    }

    @Override
    public @Nullable Snapshotter snapshotter() {
        return machine.snapshotter();
    }

    @Override
    public void load(DataInput in) throws IOException {
        machine.load(in);
    }

    @Override
    public void load(DataInput in, int version) throws IOException {
        machine.load(in, version);
    }
}
