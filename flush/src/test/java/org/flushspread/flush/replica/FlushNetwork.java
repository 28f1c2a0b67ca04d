package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import org.flushspread.client.Service;
import org.jspecify.annotations.Nullable;

/**
 * An idealised flush layer over daemons that partition and merge. A part is the set of members that go through a view together: it has one
 * total order of messages, of which each member has received a prefix. A SAFE message is delivered before the transition only when all
 * members of the view have received everything up to it; what a member of a part has received, all of the part deliver. Members see the
 * transition at different points of the order. FIFO messages may overtake messages of others.
 */
final class FlushNetwork {
    /** The application behind a port. */
    interface Receiver {
        void view(List<String> members);

        void transition();

        void flushRequest();

        /** The others go on without it. */
        default void excluded() {}

        void message(String from, byte[] bytes);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Message(
            Port sender, Service service, @Nullable List<String> receivers, byte[] bytes) {}

    private static final class Part {
        final List<String> view;
        final List<Port> members;
        final List<Message> log;
        final int[] received;
        boolean transitional;
        int safe;

        Part(List<String> view, List<Port> members, List<Message> log) {
            this.view = view;
            this.members = members;
            this.log = log;
            this.received = new int[members.size()];
        }

        int received(Port port) {
            return received[members.indexOf(port)];
        }

        int receivedByAll() {
            int all = Integer.MAX_VALUE;
            for (int one : received) {
                all = Math.min(all, one);
            }
            return all;
        }

        void beginTransition() {
            if (!transitional) {
                transitional = true;
                safe = receivedByAll();
            }
        }
    }

    /** A connection that joined the group. */
    final class Port implements Link {
        final String name;
        final int place;
        private final Receiver receiver;
        private int component;
        /** The application answers; a port that does not is noticed later. */
        private boolean alive = true;
        /** The others go on without it, and it does not know yet. */
        private boolean out;

        private @Nullable Part part;
        private @Nullable Part latest;
        private int cursor;
        private final BitSet early = new BitSet();
        private boolean viewDue;
        private boolean transitionSeen;
        private boolean asked;
        private boolean consented;

        Port(String name, int place, Receiver receiver, int component) {
            this.name = name;
            this.place = place;
            this.receiver = receiver;
            this.component = component;
        }

        @Override
        public String name() {
            return name;
        }

        int component() {
            return component;
        }

        @Override
        public void send(Service service, @Nullable List<String> receivers, byte[] bytes) {
            FlushNetwork.this.send(this, service, receivers, bytes);
        }

        @Override
        public void consent() {
            FlushNetwork.consent(this);
        }
    }

    private final Random random;
    private final List<Port> ports = new ArrayList<>();

    FlushNetwork(Random random) {
        this.random = random;
    }

    List<Port> ports() {
        return ports;
    }

    // ---- what applications do

    Port join(String name, int place, Receiver receiver, int component) {
        for (Port port : ports) {
            if (port.name.equals(name)) {
                throw new IllegalStateException("the name " + name + " is in use");
            }
        }
        Port port = new Port(name, place, receiver, component);
        ports.add(port);
        return port;
    }

    private void send(Port port, Service service, @Nullable List<String> receivers, byte[] bytes) {
        Part part = port.part;
        if (part == null || part != port.latest || port.consented || port.viewDue) {
            throw new IllegalStateException(port.name + " sends outside of a view");
        }
        if (port.out) {
            return; // behind the point it is nobody's
        }
        if (receivers != null && !part.view.containsAll(receivers)) {
            throw new IllegalStateException("receivers " + receivers + " are not all in " + part.view);
        }
        part.log.add(new Message(port, service, receivers, bytes));
    }

    private static void consent(Port port) {
        if (!port.asked || port.consented) {
            throw new IllegalStateException(port.name + " consents out of turn");
        }
        port.consented = true;
    }

    /** The application is gone; the network has not noticed. */
    void die(Port port) {
        port.alive = false;
    }

    // ---- what the network does

    boolean notice(Port port) {
        if (port.alive) {
            return false;
        }
        ports.remove(port);
        Part latest = port.latest;
        if (latest != null) {
            split(latest);
        }
        return true;
    }

    /** Moves ports to components; those who part from each other part. */
    void partition(ToIntFunction<Port> componentOf) {
        boolean[] moved = new boolean[ports.size()];
        for (int i = 0; i < ports.size(); i++) {
            int component = componentOf.applyAsInt(ports.get(i));
            moved[i] = ports.get(i).component != component;
            ports.get(i).component = component;
        }
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            Part latest = ports.get(i).latest;
            if (latest != null && !parts.contains(latest)) {
                parts.add(latest);
                if (moved[i] || random.nextInt(4) == 0) {
                    latest.beginTransition(); // a daemon membership changes: all see the transition, also those who
                    // only merge
                }
            }
        }
        for (Part part : parts) {
            split(part);
        }
    }

    private void split(Part part) {
        List<Port> left = new ArrayList<>();
        for (Port port : part.members) {
            if (ports.contains(port)) {
                left.add(port);
            }
        }
        boolean whole = left.size() == part.members.size();
        for (Port port : left) {
            whole &= port.component == left.get(0).component;
        }
        if (whole) {
            return;
        }
        part.beginTransition();
        while (!left.isEmpty()) {
            int component = left.get(0).component;
            List<Port> together = new ArrayList<>(left);
            together.removeIf(port -> port.component != component);
            left.removeAll(together);
            separate(part, together);
        }
    }

    /** What one of them has received all of them get; of the rest only what they sent themselves. */
    private static void separate(Part part, List<Port> together) {
        int known = 0;
        for (Port port : together) {
            known = Math.max(known, part.received(port));
        }
        List<Message> log = new ArrayList<>(part.log.subList(0, known));
        for (Message message : part.log.subList(known, part.log.size())) {
            if (together.contains(message.sender)) {
                log.add(message);
            }
        }
        Part apart = new Part(part.view, together, log);
        apart.transitional = true;
        apart.safe = part.safe;
        for (int i = 0; i < together.size(); i++) {
            Port port = together.get(i);
            apart.received[i] = part.received(port);
            if (port.part == part) {
                port.part = apart;
            }
            port.latest = apart;
        }
    }

    /**
     * The others go on without a port. It gets what was ordered before the point, which is behind all that anybody got before the signal, and
     * then learns it (exclusion E5, E7).
     *
     * @param forgetful it does not get the rest of that
     */
    boolean exclude(Port port, boolean forgetful) {
        Part part = port.latest;
        if (part == null || part.transitional || !port.alive || part.members.size() < 2 || !ports.remove(port)) {
            return false;
        }
        Part read = part == port.part ? part : null;
        int point = Math.max(part.receivedByAll(), read == null ? 0 : Math.max(port.cursor, port.early.length()));
        for (int i = 0; i < part.received.length; i++) {
            part.received[i] = Math.max(part.received[i], point);
        }
        part.beginTransition();
        part.safe = point;
        int end = forgetful && read != null ? Math.max(port.cursor, port.early.length()) : point;
        Part last = new Part(part.view, List.of(port), new ArrayList<>(part.log.subList(0, end)));
        last.received[0] = end;
        port.out = true;
        port.latest = last;
        if (read != null) {
            port.part = last;
        }
        List<Port> others = new ArrayList<>(part.members);
        others.retainAll(ports);
        if (!others.isEmpty()) {
            separate(part, others);
        }
        return true;
    }

    private List<Port> component(int component) {
        List<Port> members = new ArrayList<>();
        for (Port port : ports) {
            if (port.component == component) {
                members.add(port);
            }
        }
        members.sort((one, other) -> Integer.compare(one.place, other.place));
        return members;
    }

    private static boolean changePending(List<Port> component) {
        Part first = component.get(0).latest;
        for (Port port : component) {
            if (port.asked && port.part == port.latest) {
                return true; // whoever was asked for consent gets a view
            }
        }
        return first == null
                || first.transitional
                || first.view.size() != component.size()
                || !first.members.containsAll(component);
    }

    /** Installs the view of a component if all have consented. */
    boolean install(int component) {
        List<Port> members = component(component);
        if (members.isEmpty() || !changePending(members)) {
            return false;
        }
        for (Port port : members) {
            if (port.latest == null ? !port.alive : !port.consented) {
                return false;
            }
        }
        List<String> names = new ArrayList<>();
        for (Port port : members) {
            names.add(port.name);
        }
        Part next = new Part(List.copyOf(names), List.copyOf(members), new ArrayList<>());
        for (Port port : members) {
            Part before = port.latest;
            if (before != null) {
                Arrays.fill(before.received, before.log.size());
            }
            port.latest = next;
            if (port.part == null) {
                enter(port, next);
            }
        }
        return true;
    }

    private static void enter(Port port, Part part) {
        port.part = part;
        port.cursor = 0;
        port.early.clear();
        port.viewDue = true;
        port.transitionSeen = false;
        port.asked = false;
        port.consented = false;
    }

    /** The daemon of a port receives the next message of the order. */
    boolean receive(Port port) {
        Part part = port.latest;
        if (part == null) {
            return false;
        }
        int at = part.members.indexOf(port);
        if (part.received[at] >= part.log.size()) {
            return false;
        }
        part.received[at]++;
        return true;
    }

    boolean requestFlush(Port port) {
        Part part = port.part;
        if (!port.alive || port.out || part == null || part != port.latest || port.viewDue || port.asked) {
            return false;
        }
        if (!changePending(component(port.component))) {
            return false;
        }
        port.asked = true;
        port.receiver.flushRequest();
        return true;
    }

    /** The application takes its next event, if there is one. */
    boolean deliver(Port port) {
        Part part = port.part;
        if (!port.alive || part == null) {
            return false;
        }
        if (port.viewDue) {
            port.viewDue = false;
            port.receiver.view(part.view);
            return true;
        }
        if (part.transitional && !port.transitionSeen && random.nextInt(6) == 0) {
            return transition(port);
        }
        if (random.nextInt(3) == 0 && overtake(port, part)) {
            return true;
        }
        while (port.early.get(port.cursor)) {
            port.cursor++;
        }
        if (port.cursor < part.received(port)) {
            Message message = part.log.get(port.cursor);
            int safe = part.transitional ? part.safe : part.receivedByAll();
            if (message.service == Service.SAFE && !port.transitionSeen && port.cursor >= safe) {
                return part.transitional && transition(port);
            }
            port.cursor++;
            hand(port, message);
            return true;
        }
        Part latest = port.latest;
        if (part != latest && latest != null && port.cursor >= part.log.size()) {
            if (part.transitional && !port.transitionSeen) {
                return transition(port);
            }
            enter(port, latest);
            return true;
        }
        if (port.out && part == latest) {
            port.alive = false;
            port.receiver.excluded();
            return true;
        }
        return false;
    }

    private static boolean transition(Port port) {
        port.transitionSeen = true;
        port.receiver.transition();
        return true;
    }

    /** A FIFO message may come before messages of other senders. */
    private static boolean overtake(Port port, Part part) {
        List<Port> blocked = new ArrayList<>();
        for (int i = port.cursor; i < part.received(port); i++) {
            Message message = part.log.get(i);
            if (!port.early.get(i)) {
                if (message.service == Service.FIFO && !blocked.contains(message.sender)) {
                    port.early.set(i);
                    hand(port, message);
                    return true;
                }
                blocked.add(message.sender);
            }
        }
        return false;
    }

    private static void hand(Port port, Message message) {
        if (message.receivers == null || message.receivers.contains(port.name)) {
            port.receiver.message(message.sender.name, message.bytes);
        }
    }
}
