package org.flushspread.flush.kernel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * What member a does in group g, as text: input lines, and behind each, indented, everything that comes out and the state if it changed.
 *
 * <pre>
 * members mixed, ours or excluding      who can be in the group (GroupRules); excluding has a patience of 2 seconds. The first line
 * join, leave, flush, roll [NAMES]      calls of the application; roll is a roll call
 * say fifo, say safe to b               a send, to all or to some
 * memb 3 leave b: a c                   a membership with gid 3, its cause, the local set, and behind the colon its members
 * trans, self-leave                     the other two messages of Spread about the group
 * ok 3 b c, ok 3 b naming d             FLUSH_OK for gid 3 from b and then from c; one that names members
 * recv 3 a b                            FLUSH_RECV for gid 3
 * data fifo b, data fifo b in 3         data of b, plain or wrapped for gid 3
 * tick 1.5                              the time, in seconds
 * </pre>
 */
final class Transcript implements FlushOutput {
    private static final String GROUP = "g";
    private static final String SELF = "a";
    private static final String INDENT = "    ";
    private static final double SECOND = 1e9;
    private static final long PATIENCE = 2_000_000_000L;

    private final List<String> out = new ArrayList<>();
    private FlushDispatcher layer = layer("mixed");
    private String state = "";
    private long now;

    /** The lines, each output replaced with what comes out. */
    List<String> run(List<String> lines) {
        for (String line : lines) {
            if (line.startsWith(INDENT)) {
                continue;
            }
            out.add(line);
            if (!line.isEmpty() && !line.startsWith("#")) {
                long[] before = dropped();
                execute(line);
                tell(before);
            }
        }
        return out;
    }

    private FlushDispatcher layer(String members) {
        GroupRules rules = switch (members) {
            case "mixed" -> GroupRules.mixed(FlushLimits.DEFAULT);
            case "ours" -> GroupRules.ours(FlushLimits.DEFAULT);
            case "excluding" -> GroupRules.excluding(FlushLimits.DEFAULT, PATIENCE);
            default -> throw new IllegalArgumentException("no members are called " + members);
        };
        return new FlushDispatcher(SELF, this, rules, Wrapping.WHERE_NEEDED);
    }

    private void execute(String line) {
        List<String> words = Arrays.asList(line.split("[ :]+"));
        List<String> rest = words.subList(1, words.size());
        switch (words.get(0)) {
            case "members" -> layer = layer(rest.get(0));
            case "join" -> sent(layer.join(GROUP));
            case "leave" -> sent(layer.leave(GROUP));
            case "flush" -> answered(layer.flush(GROUP));
            case "roll" -> answered(layer.rollCall(GROUP, rest));
            case "say" -> say(rest);
            case "memb" -> membership(line, rest);
            case "trans" -> layer.transition(GROUP);
            case "self-leave" -> layer.selfLeave(GROUP);
            case "ok" -> control(FlushService.FLUSH_OK, rest);
            case "recv" -> control(FlushService.FLUSH_RECV, rest);
            case "data" -> data(rest);
            case "tick" -> {
                now = (long) (Double.parseDouble(rest.get(0)) * SECOND);
                layer.tick(now);
            }
            default -> throw new IllegalArgumentException("no input is called " + line);
        }
    }

    private void say(List<String> words) {
        int service = service(words.get(0));
        sent(
                words.size() == 1
                        ? layer.multicast(service, GROUP, (short) 0, 1, 5)
                        : layer.subgroupcast(service, GROUP, words.subList(2, words.size()), (short) 0, 1, 5));
    }

    private void membership(String line, List<String> words) {
        String[] sides = line.split(": *");
        List<String> set = Arrays.asList(sides[0].split(" +"));
        layer.membership(
                GROUP,
                Cause.valueOf(words.get(1).toUpperCase(Locale.ROOT)),
                id(words.get(0)),
                List.of(sides[1].split(" +")),
                set.subList(3, set.size()),
                now);
    }

    private void control(short type, List<String> words) {
        int naming = words.indexOf("naming");
        List<String> names = naming < 0 ? List.of() : words.subList(naming + 1, words.size());
        for (String from : words.subList(1, naming < 0 ? words.size() : naming)) {
            ByteBuffer body = Trailer.control(id(words.get(0)), names);
            layer.data(ServiceType.AGREED_MESS, from, List.of(GROUP), type, true, body);
        }
    }

    private void data(List<String> words) {
        GroupId in = words.size() > 2 ? id(words.get(3)) : null;
        ByteBuffer trailer = Trailer.write(in, (short) 0, null);
        short type = in == null ? 0 : FlushService.VULNERABLE;
        layer.data(service(words.get(0)), words.get(1), List.of(GROUP), type, true, trailer);
    }

    // ---- what comes out

    @Override
    public void event(GroupEvent event) {
        if (event instanceof GroupEvent.View view) {
            note("view " + number(view.id()) + " " + view.cause().name().toLowerCase(Locale.ROOT)
                    + (view.changed() == null ? "" : " " + view.changed()) + ": " + String.join(" ", view.members())
                    + "; together " + String.join(" ", view.transitional())
                    + (view.excluded().isEmpty() ? "" : "; without " + String.join(" ", view.excluded())));
        } else if (event instanceof GroupEvent.Data data) {
            note("data of " + data.sender());
        } else {
            note(
                    event instanceof GroupEvent.FlushRequest
                            ? "request"
                            : event instanceof GroupEvent.Transition
                                    ? "signal"
                                    : event instanceof GroupEvent.Excluded ? "excluded" : "self-leave");
        }
    }

    @Override
    public void send(Outgoing message) {
        sent(message);
    }

    private void sent(Outgoing message) {
        SpreadCode refusal = message.refusal();
        if (refusal != null) {
            note("refused, " + refusal);
        } else if ((message.type() & ServiceType.JOIN_MESS) != 0) {
            note("send JOIN");
        } else if ((message.type() & ServiceType.LEAVE_MESS) != 0) {
            note("send LEAVE");
        } else {
            note("send " + text(message));
        }
    }

    private static String text(Outgoing message) {
        ByteBuffer trailer = message.trailer();
        Trailer read = Trailer.read(message.type(), message.messType(), true, trailer);
        if (read == null || read.id() == null) {
            return "data, plain";
        }
        String id = number(read.id());
        if (message.messType() == FlushService.VULNERABLE) {
            return "data, wrapped for " + id;
        }
        List<String> names = Trailer.names(trailer, read.end());
        return (message.messType() == FlushService.FLUSH_OK ? "FLUSH_OK " : "FLUSH_RECV ")
                + id
                + (names == null || names.isEmpty() ? "" : " naming " + String.join(" ", names));
    }

    private void answered(@Nullable SpreadCode refusal) {
        if (refusal != null) {
            note("refused, " + refusal);
        }
    }

    private void note(String what) {
        out.add(INDENT + what);
    }

    private long[] dropped() {
        return Arrays.stream(FlushReason.values())
                .mapToLong(layer.counters()::refused)
                .toArray();
    }

    private void tell(long[] before) {
        for (FlushReason reason : FlushReason.values()) {
            if (layer.counters().refused(reason) > before[reason.ordinal()]) {
                note("dropped, " + reason);
            }
        }
        if (layer.failure() != null) {
            note("the connection ends, " + layer.failure());
        }
        String is = layer.membershipState(GROUP) == null
                ? layer.isJoining(GROUP) ? "awaited" : "none"
                : layer.membershipState(GROUP) + " " + layer.viewState(GROUP);
        if (!is.equals(state)) {
            note("-> " + is);
            state = is;
        }
    }

    private static int service(String name) {
        return switch (name) {
            case "reliable" -> ServiceType.RELIABLE_MESS;
            case "fifo" -> ServiceType.FIFO_MESS;
            case "agreed" -> ServiceType.AGREED_MESS;
            case "safe" -> ServiceType.SAFE_MESS;
            default -> throw new IllegalArgumentException("no service is called " + name);
        };
    }

    private static GroupId id(String number) {
        boolean rolled = number.endsWith("'");
        int index = Integer.parseInt(rolled ? number.substring(0, number.length() - 1) : number);
        return new GroupId(new MembershipId(1, 1), index + (rolled ? 1 << 24 : 0));
    }

    /** A gid that a roll call made of another has a dash. */
    private static String number(GroupId id) {
        return (id.index() & 0xffffff) + (id.index() > 0xffffff ? "'" : "");
    }
}
