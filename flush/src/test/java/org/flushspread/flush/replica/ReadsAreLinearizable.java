package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.flush.linearizability.LinearizabilityChecker;
import org.flushspread.flush.linearizability.Operation;
import org.flushspread.flush.linearizability.Register;

/**
 * Commands write and reads read some cells, in each history as if one after the other. A history that was founded anew begins empty; a
 * command of unknown outcome may have taken effect in any of them.
 */
final class ReadsAreLinearizable implements Observer {
    private static final int CELLS = 16;

    private final Map<Lineage, List<Operation<Register.Input, Long>>> histories = new LinkedHashMap<>();
    private final Map<Long, Long> begun = new HashMap<>();
    private final Map<String, Long> readsBegun = new HashMap<>();
    private final Set<Long> uncertain = new HashSet<>();
    private long now;

    private static long cell(long command) {
        return command % CELLS;
    }

    private void ended(Lineage in, long since, Register.Input input, long output) {
        histories.computeIfAbsent(in, key -> new ArrayList<>()).add(new Operation<>(since, ++now, input, output));
    }

    @Override
    public void submitted(Member member, long command) {
        begun.put(command, ++now);
        uncertain.add(command);
    }

    @Override
    public void refused(Member member, long command) {
        uncertain.remove(command);
    }

    @Override
    public void completed(Member member, long command, long place, Primary primary) {
        uncertain.remove(command);
        ended(primary.lineage(), begun.getOrDefault(command, 0L), new Register.Input(cell(command), command), 0);
    }

    @Override
    public void readBegun(Member member, long ticket) {
        readsBegun.put(member + " " + ticket, ++now);
    }

    @Override
    public void readEnded(Member member, long ticket, List<Long> history) {
        Long since = readsBegun.remove(member + " " + ticket);
        if (since == null) {
            return;
        }
        // One read of all cells; each is right on its own.
        for (long cell = 0; cell < CELLS; cell++) {
            long found = 0;
            for (long command : history) {
                found = command > 0 && cell(command) == cell ? command : found;
            }
            ended(member.replica.lineage(), since, Register.Input.read(cell), found);
        }
    }

    @Override
    public void end(List<Member> members) {
        for (Map.Entry<Lineage, List<Operation<Register.Input, Long>>> each : histories.entrySet()) {
            List<Operation<Register.Input, Long>> all = new ArrayList<>(each.getValue());
            Set<Long> found = new HashSet<>();
            all.forEach(operation -> found.add(operation.output()));
            for (long command : uncertain) {
                if (!found.contains(command)) {
                    continue; // values are unique: whether it took effect where nobody read it makes no difference
                }
                all.add(new Operation<>(
                        begun.getOrDefault(command, 0L),
                        Operation.NEVER,
                        new Register.Input(cell(command), command),
                        0L));
            }
            List<Operation<Register.Input, Long>> broken =
                    LinearizabilityChecker.findBroken(new Register(), all, Register.Input::key);
            if (broken != null) {
                throw new Violation("ReadsAreLinearizable", "in " + each.getKey() + " " + broken);
            }
        }
    }
}
