package org.flushspread.flush;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A state machine that keeps all its commands; the result is the place of the command. */
final class ReplicatedLog implements StateMachine<String, Integer> {
    final List<String> commands = new ArrayList<>();

    @Override
    public Integer apply(String command) {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("an empty command");
        }
        commands.add(command);
        return commands.size();
    }

    @Override
    public void save(DataOutput out) throws IOException {
        out.writeInt(commands.size());
        for (String command : commands) {
            out.writeUTF(command);
        }
    }

    @Override
    public void load(DataInput in) throws IOException {
        commands.clear();
        for (int i = in.readInt(); i > 0; i--) {
            commands.add(in.readUTF());
        }
    }
}
