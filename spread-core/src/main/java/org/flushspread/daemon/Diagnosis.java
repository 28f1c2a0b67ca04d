package org.flushspread.daemon;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;
import org.flushspread.kernel.base.Heard;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** Says in sentences why a daemon is alone, as far as it can be seen from here (membership-protocol 13.4). */
final class Diagnosis {
    private static final int SHOWN = 8;

    private final Configuration configuration;
    private final Daemon me;
    private final LocalAddresses local;

    Diagnosis(Configuration configuration, Daemon me, LocalAddresses local) {
        this.configuration = configuration;
        this.me = me;
        this.local = local;
    }

    /** The same daemon under a reloaded configuration. */
    Diagnosis of(Configuration reloaded) {
        Daemon same = reloaded.byId(me.id());
        return new Diagnosis(reloaded, same == null ? me : same, local);
    }

    private boolean expectsOthers() {
        return configuration.daemons().size() > 1;
    }

    /** What the file and the addresses of this machine tell before anything was heard. */
    List<String> atStart() {
        List<String> sentences = new ArrayList<>();
        add(sentences, wrongHost());
        if (expectsOthers()) {
            add(sentences, loopbackId());
            add(sentences, segmentAddress());
        }
        return sentences;
    }

    /**
     * What can be seen from a daemon that is in no ring with others.
     *
     * @param heard in this time
     */
    List<String> alone(Heard heard, Duration time) {
        if (!expectsOthers()) {
            return List.of();
        }
        List<String> sentences = atStart();
        if (heard.impostors() > 0) {
            sentences.add("another daemon says it is " + me + ": " + times(heard.impostors())
                    + " came that name it and were not sent here. Was -n " + me.name() + " given on another host?");
        }
        if (heard.wrongHashes() > 0) {
            sentences.add(times(heard.wrongHashes()) + " refused for the configuration hash, the last from "
                    + configuration.nameOf(heard.wrongHashFrom()) + " with "
                    + Integer.toUnsignedString(heard.wrongHash()) + " where this daemon has "
                    + Integer.toUnsignedString(configuration.hash())
                    + ". All daemons need the same spread.conf, AcceleratedRing included.");
        }
        if (heard.strangers() > 0) {
            sentences.add(times(heard.strangers()) + " from "
                    + configuration.ring().text(heard.stranger()) + ", which is no daemon of spread.conf.");
        }
        if (heard.wrongSources() > 0) {
            sentences.add(times(heard.wrongSources()) + " dropped that came from elsewhere, the last from "
                    + heard.wrongSource() + " in the name of "
                    + configuration.daemons().get(heard.wrongSourceOf())
                    + ": in a ring of Spread 5 a daemon has to send from its address in spread.conf.");
        }
        if (heard.discoveries() > 0) {
            sentences.add(noRing(heard));
        } else if (heard.impostors() + heard.wrongHashes() + heard.strangers() + heard.wrongSources() == 0) {
            sentences.add("nothing was heard of " + others(each -> each.index() != me.index()) + " for "
                    + time.toSeconds()
                    + " s. Are they running, with the same spread.conf? Does a firewall pass UDP " + ports() + "?"
                    + (segment().isMulticast()
                            ? " Does the network pass multicast to " + segment().addressText() + "?"
                            : ""));
        }
        return sentences;
    }

    private String noRing(Heard heard) {
        if (heard.formTokens() == 0) {
            return "other daemons are heard (" + times(heard.discoveries())
                    + " of discovery) but no token of theirs that forms a ring: the token port, UDP " + me.tokenPort()
                    + ", seems blocked, here or at them.";
        }
        return "other daemons are heard (" + times(heard.discoveries()) + " of discovery, " + heard.formTokens()
                + " tokens) but no ring comes about. Does the token port, UDP " + me.tokenPort()
                + ", pass between all of them, and does each run on the host of its address?";
    }

    private @Nullable String wrongHost() {
        if (!me.bindsAny() || local.isLocal(me.address())) {
            return null;
        }
        return me.name() + " is " + me.address()
                + " in spread.conf, which is no address of this machine, and no interface line says otherwise. Was -n "
                + me.name() + " meant for another host?";
    }

    private @Nullable String loopbackId() {
        boolean mine = me.address().isLoopback();
        Predicate<Daemon> unlike = each -> each.address().isLoopback() != mine;
        if (configuration.daemons().stream().noneMatch(unlike)) {
            return null;
        }
        return mine
                ? me + " has an address that only this machine knows, unlike " + others(unlike)
                        + ". If its name was looked up, /etc/hosts has it so: write its address into spread.conf."
                : others(unlike) + " in spread.conf have addresses that lead nowhere but to this machine, unlike " + me
                        + ". If names were looked up, /etc/hosts has them so: write their addresses into spread.conf.";
    }

    private @Nullable String segmentAddress() {
        Segment segment = segment();
        IpAddress address = segment.address();
        if (segment.daemons().size() == 1 || segment.isMulticast() || address.isIpv6()) {
            return null;
        }
        String named = "the segment address " + segment.addressText();
        if (address.isLoopback()) {
            Predicate<Daemon> elsewhere =
                    each -> each.segment() == me.segment() && !each.address().isLoopback();
            return segment.daemons().stream().noneMatch(elsewhere)
                    ? null
                    : named + " reaches this machine only, not " + others(elsewhere)
                            + ". Write the broadcast address of their network, or a multicast address.";
        }
        LocalAddresses.Network network = local.of(me.address());
        if (network == null
                || me.address().isLoopback()
                || address.number() == -1
                || segment.addresses().contains(network.broadcast())) {
            return null;
        }
        return named + " is not the broadcast address of " + network + ", the network of " + me.name() + ", which is "
                + network.broadcast()
                + ": daemons of this segment may not hear each other. Write that one or a multicast address, or give each"
                + " daemon a segment of its own.";
    }

    private Segment segment() {
        return configuration.segments().get(me.segment());
    }

    private String ports() {
        return me.port() + " and " + me.tokenPort();
    }

    private String others(Predicate<Daemon> which) {
        List<Daemon> all = configuration.daemons().stream().filter(which).toList();
        String first = all.stream().limit(SHOWN).map(Daemon::toString).collect(Collectors.joining(", "));
        return all.size() <= SHOWN ? first : first + " and " + (all.size() - SHOWN) + " more";
    }

    private static String times(long packets) {
        return packets == 1 ? "1 packet" : packets + " packets";
    }

    private static void add(List<String> sentences, @Nullable String sentence) {
        if (sentence != null) {
            sentences.add(sentence);
        }
    }
}
