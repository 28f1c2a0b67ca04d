package org.flushspread.tools.monitor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;
import org.flushspread.tools.monitor.MonitorPort.Answer;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** All that is known. Filled while it is gathered, only read afterwards; what was not looked at is empty. */
final class Facts {
    /**
     * An address of this host.
     *
     * @param prefix length of the network's part
     * @param mtu bytes of the largest IP packet
     */
    record Network(IpAddress address, int prefix, String card, int mtu, boolean loopback) {}

    /** A port that another process has. */
    record Taken(String port, String holder) {}

    /** The way from a daemon to another; the same daemon twice never. */
    record Pair(Daemon from, Daemon to) {}

    /** Something a daemon did not let us do as a client. */
    record Refused(String how, int code, String sentence) {}

    /** What stands where clients of this host look for the unix domain socket. */
    enum SocketFile {
        NONE,
        ANSWERS,
        STALE,
        NO_SOCKET,
        FORBIDDEN
    }

    /**
     * What a daemon says of its seal.
     *
     * @param keys ids of its keys; none if it is not sealed
     * @param strangers sentences about daemons that it does not hear for that, by their names
     */
    record LocalSeal(List<String> keys, Map<String, String> strangers) {}

    final Configuration configuration;
    /** The daemon that this host is to run; null if none of the file. */
    final @Nullable Daemon self;

    /** Names that stand for addresses in the file, and what they were resolved to here. */
    final Map<String, IpAddress> resolved = new LinkedHashMap<>();
    /** Addresses of this host; none if the system does not tell. */
    final List<Network> networks = new ArrayList<>();
    /** Ports of {@link #self} that another program has. */
    final List<Taken> taken = new ArrayList<>();

    SocketFile socketFile = SocketFile.NONE;
    String socketPath = "";
    /** Open files that the daemon may have, if known. */
    Optional<Long> descriptors = Optional.empty();
    /** Bytes of receive buffer that the system grants when as much as possible is asked for. */
    Optional<Long> receiveBuffer = Optional.empty();
    /** What a client of this host was refused. */
    final List<Refused> refused = new ArrayList<>();

    /** First answers of daemons that were asked directly. */
    final Map<Daemon, Answer> answers = new LinkedHashMap<>();
    /** All answers, also several of one name. */
    final List<Answer> allAnswers = new ArrayList<>();
    /** Daemons whose host says that nobody listens to their port. */
    final Set<Daemon> closed = new LinkedHashSet<>();
    /** This host's clock when a daemon was first asked, and when its answer came, in milliseconds. */
    final Map<Daemon, Long> askedAt = new LinkedHashMap<>();

    final Map<Daemon, Long> answeredAt = new LinkedHashMap<>();

    /** Daemons whose token port was asked and answered, and that were asked. */
    final Set<Daemon> tokenAsked = new LinkedHashSet<>();

    final Set<Daemon> tokenAnswered = new LinkedHashSet<>();
    /** Daemons that were asked with a packet of full size, and that answered. */
    final Set<Daemon> fullAsked = new LinkedHashSet<>();

    final Set<Daemon> fullAnswered = new LinkedHashSet<>();
    /** Daemons that were asked to answer to the data or token port of {@link #self}, which does not run, and those that arrived. */
    final Set<Daemon> backAsked = new LinkedHashSet<>();

    final Set<Daemon> backToData = new LinkedHashSet<>();
    final Set<Daemon> backToToken = new LinkedHashSet<>();

    /** Daemons that were asked to pass requests on, and what arrived. */
    final Set<Daemon> passers = new LinkedHashSet<>();

    final Set<Pair> passedToData = new LinkedHashSet<>();
    final Set<Pair> passedToToken = new LinkedHashSet<>();
    /** By segment, those that answered a request that this host sent to its address; absent if none was sent. */
    final Map<Segment, Set<Daemon>> segmentAnswers = new LinkedHashMap<>();
    /** Daemons that were asked to pass a request on to their segment, and what arrived. */
    final Set<Daemon> casters = new LinkedHashSet<>();

    final Set<Pair> cast = new LinkedHashSet<>();
    /** Ways of which nothing can be told, since one of the two daemons no longer answered while they were tested. */
    final Set<Pair> unknown = new LinkedHashSet<>();
    /** Ids of the keys of a sealed ring that this monitor was given. */
    final List<String> keys = new ArrayList<>();
    /** How the daemon of this host is sealed, if it is one of ours and lets this user ask. */
    Optional<LocalSeal> localSeal = Optional.empty();
    /** Hashes of the entries in the files of daemons that have another configuration hash. */
    final Map<Daemon, List<Integer>> entries = new LinkedHashMap<>();

    Facts(Configuration configuration, @Nullable Daemon self) {
        this.configuration = configuration;
        this.self = self;
    }

    /** True if the daemon of this host runs and answers. */
    boolean isRunning() {
        return self != null && answers.containsKey(self);
    }

    /** True if questions of this monitor may be answered by the daemon: it has the same key, as far as it was heard. */
    boolean mayAnswer(Daemon daemon) {
        Answer answer = answers.get(daemon);
        return answer == null || keys.isEmpty() || answer.sealed();
    }

    /** True if what this host sends reaches the data port of the daemon. */
    boolean hearsUs(Daemon daemon) {
        return answers.containsKey(daemon)
                || passedToData.stream().anyMatch(each -> each.from().equals(daemon))
                || passedToToken.stream().anyMatch(each -> each.from().equals(daemon));
    }

    /** True if what the daemon answers reaches this host. */
    boolean isHeard(Daemon daemon) {
        return answers.containsKey(daemon)
                || passedToData.stream().anyMatch(each -> each.to().equals(daemon))
                || passedToToken.stream().anyMatch(each -> each.to().equals(daemon));
    }

    /** True if it is a daemon of this project, as far as it was heard. */
    boolean isOurs(Daemon daemon) {
        Answer answer = answers.get(daemon);
        return answer == null ? hearsUs(daemon) : answer.isOurs();
    }

    boolean isLocal(IpAddress address) {
        return networks.isEmpty() || address.isLoopback() || network(address) != null;
    }

    @Nullable
    Network network(IpAddress address) {
        return networks.stream()
                .filter(each -> each.address().equals(address.withoutScope()))
                .findFirst()
                .orElse(null);
    }
}
