package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.flushspread.simulation.trace.Excuses;

/** All daemons of a run, and all properties they must hold, alone and together. */
public final class EvsChecks {
    private final ByRing<RingTrace> rings = new ByRing<>(RingTrace::new);
    private final List<DaemonLife> lives = new ArrayList<>();
    private final Map<Integer, Integer> numbers = new HashMap<>();

    // What compares daemons, or is kept for all of them.
    private final Property idAgreement = new IdAgreement();
    private final Property movingTogether = new MovingTogether();
    private final Property completeness = new Completeness();
    private final ByRing<List<Delivery>> prefixes = new ByRing<>(ring -> new ArrayList<>());
    private final Property failureAtomicity = new FailureAtomicity();
    private final ByRing<Debt> safeInRegular = new ByRing<>(ring -> new Debt(SafeInRegular.NAME));
    private final ByRing<SafeInTransitional.Behind> safeInTransitional =
            new ByRing<>(ring -> new SafeInTransitional.Behind());
    private final Property oneToken = new OneToken();
    private final ByRing<SafeLine.Holding> holdings = new ByRing<>(ring -> new SafeLine.Holding());

    private final Excuses excuses;

    public EvsChecks() {
        this(new Excuses());
    }

    /** @param excuses counts what is not demanded */
    public EvsChecks(Excuses excuses) {
        this.excuses = excuses;
    }

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
                new Self(),
                new TransitionalSubset(),
                idAgreement,
                new NoReinstall(),
                movingTogether,
                completeness,
                new OriginView(),
                new WholeMessages(),
                new Integrity(),
                new AtMostOnce(),
                new SelfDelivery(),
                new TotalOrder(),
                new Causality(),
                new GapFreedom(),
                new Prefix(prefixes),
                new GapRule(),
                failureAtomicity,
                new SafeInRegular(safeInRegular),
                new SafeInTransitional(safeInTransitional),
                new SignalPosition(excuses),
                oneToken,
                new WindowsRespected(window),
                new AruMonotone(),
                new SafeLine(holdings, numbers));
    }
}
