package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.List;

/** All judgements, the most common causes first. */
final class Diagnosis {
    private static final List<Check> CHECKS = List.of(
            new NameResolution(),
            new LocalAddress(),
            new SegmentAddress(),
            new OtherHash(),
            new Sealing(),
            new Reachability(),
            new TokenPort(),
            new SegmentCast(),
            new PacketSize(),
            new ReceiveBuffer(),
            new Clocks(),
            new TwoOfOneName(),
            new PortTaken(),
            new SocketFile(),
            new Descriptors(),
            new ClientRefused());

    private Diagnosis() {}

    static List<Finding> of(Facts facts) {
        List<Finding> found = new ArrayList<>();
        CHECKS.forEach(each -> found.addAll(each.judge(facts)));
        return found.isEmpty() ? Split.judge(facts) : found;
    }
}
