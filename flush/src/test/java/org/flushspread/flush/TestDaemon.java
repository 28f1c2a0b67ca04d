package org.flushspread.flush;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.flushspread.daemon.TestPorts;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** One daemon, as little of it as the flush layer needs: sessions over TCP, groups, total order, transitional signals on demand. */
final class TestDaemon implements AutoCloseable {
    private static final class Session {
        final String name;
        final Socket socket;
        final OutputStream out;

        Session(String name, Socket socket) throws IOException {
            this.name = name;
            this.socket = socket;
            this.out = socket.getOutputStream();
        }
    }

    private static final class Group {
        final Set<String> members = new TreeSet<>();
        int index;
    }

    private final ServerSocket listener;
    private final AtomicInteger unnamed = new AtomicInteger();
    private final TreeMap<String, Session> sessions = new TreeMap<>();
    private final TreeMap<String, Group> groups = new TreeMap<>();

    private final List<AutoCloseable> kept = new ArrayList<>();

    private volatile Consumer<String> onSession = session -> {};

    /** On a port that no connection of this host is given for its own end, so that it is free when the daemon starts again. */
    TestDaemon() {
        this(TestPorts.free());
    }

    /** As a daemon that is started again. */
    TestDaemon(int port) {
        try {
            listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    String name() {
        return listener.getLocalPort() + "@127.0.0.1";
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Called with each session's private group when its handshake is done, before anything is read from it. */
    void onSession(Consumer<String> then) {
        onSession = then;
    }

    private static void start(Runnable body) {
        Thread thread = new Thread(body, "test daemon");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        Session session = null;
        try {
            socket.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readNBytes(4);
            String asked = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.ISO_8859_1);
            String name = asked.isEmpty() ? "r" + unnamed.incrementAndGet() : asked;
            socket.getOutputStream().write("\005NULL ".getBytes(StandardCharsets.ISO_8859_1));
            in.readNBytes(90);
            String group = "#" + name + "#t1";
            ByteBuf accept = Unpooled.buffer()
                    .writeByte(1)
                    .writeByte(4)
                    .writeByte(4)
                    .writeByte(0)
                    .writeByte(group.length());
            accept.writeCharSequence(group, StandardCharsets.ISO_8859_1);
            synchronized (this) {
                if (sessions.containsKey(group)) {
                    // Free again when the end of the last session has been worked on.
                    socket.getOutputStream().write(SpreadCode.REJECT_NOT_UNIQUE.code());
                    socket.close();
                    return;
                }
                session = new Session(group, socket);
                sessions.put(group, session);
                socket.getOutputStream().write(ByteBufUtil.getBytes(accept));
            }
            onSession.accept(group);
            while (message(session, in)) {
                // until it ends
            }
        } catch (IOException e) {
            // the same as an orderly end
        } finally {
            if (session != null) {
                end(session);
            }
        }
    }

    private boolean message(Session from, DataInputStream in) throws IOException {
        byte[] header = in.readNBytes(MessageHeader.LENGTH);
        if (header.length < MessageHeader.LENGTH) {
            return false;
        }
        ByteBuf head = Unpooled.wrappedBuffer(header);
        int type = ByteOrderTag.clear(MessageHeader.type(head, 0, true));
        byte[] names = in.readNBytes(MessageHeader.numGroups(head, 0, true) * Name.SLOT);
        byte[] body = in.readNBytes(MessageHeader.dataLength(head, 0, true));
        List<String> to = new ArrayList<>();
        for (int at = 0; at < names.length; at += Name.SLOT) {
            to.add(Name.read(Unpooled.wrappedBuffer(names), at).toString());
        }
        synchronized (this) {
            if ((type & ServiceType.KILL_MESS) != 0) {
                return false;
            }
            if ((type & ServiceType.JOIN_MESS) != 0) {
                change(to.get(0), from.name, ServiceType.CAUSED_BY_JOIN);
            } else if ((type & ServiceType.LEAVE_MESS) != 0) {
                write(from, ByteBufUtil.getBytes(membership(ServiceType.CAUSED_BY_LEAVE, to.get(0), List.of())));
                change(to.get(0), from.name, ServiceType.CAUSED_BY_LEAVE);
            } else {
                byte[] image = ByteBufUtil.getBytes(Unpooled.wrappedBuffer(header, names, body));
                for (Session each : List.copyOf(sessions.values())) {
                    boolean listed = to.stream()
                            .anyMatch(name -> name.equals(each.name)
                                    || (groups.containsKey(name)
                                            && groups.get(name).members.contains(each.name)));
                    if (listed && !(each == from && (type & ServiceType.SELF_DISCARD) != 0)) {
                        write(each, image);
                    }
                }
            }
        }
        return true;
    }

    private synchronized void end(Session session) {
        sessions.remove(session.name);
        for (String group : List.copyOf(groups.keySet())) {
            change(group, session.name, ServiceType.CAUSED_BY_DISCONNECT);
        }
        try {
            session.socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void change(String name, String who, int cause) {
        Group group = groups.computeIfAbsent(name, each -> new Group());
        boolean changes = cause == ServiceType.CAUSED_BY_JOIN ? group.members.add(who) : group.members.remove(who);
        if (!changes) {
            return;
        }
        group.index++;
        if (group.members.isEmpty()) {
            groups.remove(name);
            return;
        }
        ByteBuf view = membership(ServiceType.REG_MEMB_MESS | cause, name, List.copyOf(group.members));
        new GroupId(new MembershipId(0x7f000001, 7), group.index).write(view);
        view.writeIntLE(1).writeIntLE(0).writeIntLE(1);
        Name.of(who).write(view);
        view.setIntLE(MessageHeader.DATA_LENGTH, 56);
        byte[] image = ByteBufUtil.getBytes(view);
        group.members.forEach(each -> write(sessions.get(each), image));
    }

    /** Tells the members of a group that somebody is lost. */
    synchronized void transition(String name) {
        Group group = groups.get(name);
        ByteBuf signal = membership(ServiceType.TRANSITION_MESS, name, List.of());
        new GroupId(new MembershipId(0x7f000001, 7), group == null ? 0 : group.index).write(signal);
        signal.setIntLE(MessageHeader.DATA_LENGTH, GroupId.LENGTH);
        if (group != null) {
            group.members.forEach(each -> write(sessions.get(each), ByteBufUtil.getBytes(signal)));
        }
    }

    private static ByteBuf membership(int type, String group, List<String> members) {
        ByteBuf out = Unpooled.buffer();
        MessageHeader.write(out, type, Name.of(group), members.size(), ByteOrderTag.LITTLE_ENDIAN, 0);
        members.forEach(each -> Name.of(each).write(out));
        return out;
    }

    private static void write(@Nullable Session to, byte[] image) {
        try {
            if (to != null) {
                to.out.write(image);
            }
        } catch (IOException e) {
            // its own thread sees the end
        }
    }

    /** Cuts a client off so that its next write fails. */
    void reset(String privateGroup) {
        Session session;
        synchronized (this) {
            session = sessions.get(privateGroup);
        }
        try {
            if (session != null) {
                session.socket.setSoLinger(true, 0);
                session.socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cuts a client off, as a crashed daemon would. */
    synchronized void drop(String privateGroup) {
        Session session = sessions.get(privateGroup);
        if (session != null) {
            try {
                session.socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What a test opens at this daemon, for {@link #closeAll}. */
    <T extends AutoCloseable> T keep(T opened) {
        kept.add(opened);
        return opened;
    }

    /** Ends a test: what it opened in the order in which it did, while the daemon still answers, and the daemon. */
    void closeAll() throws Exception {
        for (AutoCloseable each : kept) {
            each.close();
        }
        close();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Session> all;
        synchronized (this) {
            all = List.copyOf(sessions.values());
        }
        all.forEach(each -> drop(each.name));
    }
}
