package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/** All daemons of a run, and all properties they must hold, alone and together. */
public final class EvsChecks {
    private final RingTraces rings = new RingTraces();
    private final List<DaemonLife> lives = new ArrayList<>();
    private final Map<Integer, Integer> numbers = new HashMap<>();

    private final Property self = new Self();
    private final Property transitionalSubset = new TransitionalSubset();
    private final Property idAgreement = new IdAgreement();
    private final Property movingTogether = new MovingTogether();
    private final Property completeness = new Completeness();
    private final Property integrity = new Integrity();
    private final Property atMostOnce = new AtMostOnce();
    private final Property originView = new OriginView();
    private final Property selfDelivery = new SelfDelivery();
    private final Property totalOrder = new TotalOrder();
    private final Prefix.Logs prefixes = new Prefix.Logs();
    private final Property failureAtomicity = new FailureAtomicity();
    private final SafeInRegular.Debts safeInRegular = new SafeInRegular.Debts();
    private final SafeInTransitional.Debts safeInTransitional = new SafeInTransitional.Debts();
    private final Property signalPosition = new SignalPosition();
    private final Property wholeMessages = new WholeMessages();
    private final Property oneToken = new OneToken();
    private final SafeLine.Holdings holdings = new SafeLine.Holdings();

    /**
     * A daemon starts.
     *
     * @param name of this life of it
     * @param window packets it may send in a visit of the token
     */
    public DaemonLife started(String name, int daemon, IntSupplier window) {
        DaemonLife life = new DaemonLife(
                name, daemon, numbers.computeIfAbsent(daemon, id -> numbers.size()), rings, properties(window));
        lives.add(life);
        return life;
    }

    /** The lives of all daemons, in the order of their starts; the list grows with the run. */
    public List<DaemonLife> lives() {
        return lives;
    }

    /** What comes first in this list tells more of a fault that breaks several. */
    private List<Property> properties(IntSupplier window) {
        return List.of(
                new Alternation(),
                self,
                transitionalSubset,
                idAgreement,
                new NoReinstall(),
                movingTogether,
                completeness,
                originView,
                wholeMessages,
                integrity,
                atMostOnce,
                selfDelivery,
                totalOrder,
                new Causality(),
                new GapFreedom(),
                new Prefix(prefixes),
                new GapRule(),
                failureAtomicity,
                new SafeInRegular(safeInRegular),
                new SafeInTransitional(safeInTransitional),
                signalPosition,
                oneToken,
                new WindowsRespected(window),
                new AruMonotone(),
                new SafeLine(holdings, numbers));
    }
}
