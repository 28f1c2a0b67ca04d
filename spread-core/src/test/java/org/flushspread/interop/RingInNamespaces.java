package org.flushspread.interop;

import java.util.List;
import org.flushspread.interop.Namespaces.Cast;

/** A ring of daemon processes of ours, each in a network namespace, for tests of what runs on it; they may put processes beside a daemon. */
public final class RingInNamespaces implements AutoCloseable {
    private final Namespaces net;
    private final Ring ring;

    /**
     * Makes the network.
     *
     * @throws org.opentest4j.TestAbortedException without root and the commands for namespaces
     */
    public RingInNamespaces(int daemons) {
        net = new Namespaces(Cast.MULTICAST, true, daemons);
        // Not faster: a daemon that is started again within seconds may then repeat an id (membership-protocol 8).
        ring = new Ring("J".repeat(daemons), net, Timers.USUAL, false);
    }

    /** Starts the daemons and waits for their ring. */
    public void form() {
        ring.form();
    }

    public int size() {
        return net.size();
    }

    /** What a client in the namespace of a daemon, or in that of the test, connects to. */
    public String spreadName(int daemon) {
        return ring.nodes.get(daemon).spreadName();
    }

    /** The begin of the command line of a process that is to run beside a daemon. */
    public List<String> prefix(int daemon) {
        return net.prefix(daemon);
    }

    public boolean isRunning(int daemon) {
        return ring.nodes.get(daemon).isRunning();
    }

    /** As kill -9. */
    public void kill(int daemon) {
        ring.nodes.get(daemon).kill();
    }

    /** Starts a daemon again and waits until clients can connect. */
    public void start(int daemon) {
        ring.nodes.get(daemon).start();
        ring.nodes.get(daemon).awaitListening();
    }

    public void pause(int daemon) {
        ring.nodes.get(daemon).pause();
    }

    public void resume(int daemon) {
        ring.nodes.get(daemon).resume();
    }

    /** Splits the network: for each daemon, the number of its component, below 3. */
    public void partition(int... components) {
        net.partition(components);
    }

    /** What {@code from} sends does not reach {@code to} any more. */
    public void cut(int from, int to) {
        net.cut(from, to);
    }

    /** Share of datagrams that are lost at each daemon. */
    public void loss(double share) {
        net.loss(share);
    }

    /** All links are whole. */
    public void heal() {
        net.heal();
        net.uncut();
        net.loss(0);
    }

    /** Waits until all daemons are one ring. */
    public void awaitRing() {
        ring.awaitRing(ring.nodes);
    }

    @Override
    public void close() {
        ring.close();
    }
}
