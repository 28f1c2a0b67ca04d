package org.flushspread.simulation.check;

import java.util.Map;
import org.flushspread.wire.Name;

/** 14: a self-leave answers a leave, once; in the end a client is where it last asked to be. */
final class SelfLeaves extends GroupProperty {
    SelfLeaves(Violations violations) {
        super("group 14 self leave", violations);
    }

    @Override
    void selfLeave(Stay stay) {
        Life.Calls calls = stay.life.calls(stay.group);
        require(calls.selfLeaves <= calls.leaves, stay, () -> "left without having asked for it");
    }

    @Override
    void finished(Iterable<Life> lives, boolean settled) {
        for (Life life : lives) {
            if (settled && !life.over && life.membership) {
                for (Map.Entry<Name, Life.Calls> each : life.calls.entrySet()) {
                    boolean in = life.in(each.getKey()) != null;
                    require(
                            in == each.getValue().wantsIn,
                            life,
                            () -> (in ? "never left " : "never came into ") + each.getKey());
                }
            }
        }
    }
}
