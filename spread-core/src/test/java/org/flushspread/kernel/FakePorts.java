package org.flushspread.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.base.CommandProof;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Ports;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Route;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A world that writes down what the kernel does to it. It keeps the buffers of every write until they are taken and then makes sure that
 * nobody changed them; {@link #release} gives back what was not taken.
 */
public class FakePorts implements Ports {
    /** A datagram as it was when it was sent. */
    public record Datagram(Route to, String hex) {
        public byte[] bytes() {
            return ByteBufUtil.decodeHexDump(hex);
        }

        public ByteBuf buffer() {
            return Unpooled.wrappedBuffer(bytes());
        }
    }

    /** An answer to a monitor. */
    public record Reply(IpAddress address, int port, String hex) {}

    /** A question to {@link Ports#authenticate}. */
    public record Question(Session session, String method, String saidHex) {}

    /** One client connection as the far side sees it. */
    public static final class Client {
        private final List<ByteBuf> buffers = new ArrayList<>();
        private final List<byte[]> copies = new ArrayList<>();
        private @Nullable Reason closed;
        private boolean reading = true;
        private int writes;

        /** Calls of write so far. */
        public int writes() {
            return writes;
        }

        /** Why the kernel closed the connection, or null. */
        public @Nullable Reason closed() {
            return closed;
        }

        public boolean reading() {
            return reading;
        }

        /** Bytes written and not taken yet. */
        public int size() {
            return copies.stream().mapToInt(each -> each.length).sum();
        }

        /** Everything written since the last call. */
        public byte[] take() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < buffers.size(); i++) {
                ByteBuf buffer = buffers.get(i);
                byte[] copy = copies.get(i);
                if (!java.util.Arrays.equals(copy, ByteBufUtil.getBytes(buffer))) {
                    throw new AssertionError("bytes changed after they were written");
                }
                buffer.release();
                all.writeBytes(copy);
            }
            buffers.clear();
            copies.clear();
            return all.toByteArray();
        }

        public String takeHex() {
            return ByteBufUtil.hexDump(take());
        }
    }

    private final Map<Session, Client> clients = new LinkedHashMap<>();
    private final List<Datagram> sent = new ArrayList<>();
    private final List<Reply> replies = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Question> questions = new ArrayList<>();
    private BiConsumer<Session, Integer> onWrite = (session, bytes) -> {};
    private Consumer<Datagram> onSend = datagram -> {};
    private Consumer<Event> onReport = event -> {};
    private boolean accepting = true;
    private CommandProof proof = CommandProof.NOT_ASKED_FOR;
    private @Nullable Configuration configuration;

    /** Called in every write with its length; may change the writability of the session. */
    public void onWrite(BiConsumer<Session, Integer> hook) {
        onWrite = hook;
    }

    /** What signatures of monitors' commands prove from now on. */
    public void proof(CommandProof now) {
        proof = now;
    }

    /** Called in every send. */
    public void onSend(Consumer<Datagram> hook) {
        onSend = hook;
    }

    /** Called in every report. */
    public void onReport(Consumer<Event> hook) {
        onReport = hook;
    }

    public Client client(Session session) {
        return clients.computeIfAbsent(session, each -> new Client());
    }

    /** Datagrams since the last {@link #takeSent}. */
    public List<Datagram> sent() {
        return sent;
    }

    public List<Datagram> takeSent() {
        List<Datagram> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** Answers to monitors since the last call. */
    public List<Reply> takeReplies() {
        List<Reply> taken = List.copyOf(replies);
        replies.clear();
        return taken;
    }

    public List<Event> events() {
        return events;
    }

    public <E extends Event> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    public List<Question> takeQuestions() {
        List<Question> taken = List.copyOf(questions);
        questions.clear();
        return taken;
    }

    public boolean accepting() {
        return accepting;
    }

    /** The last configuration announced, or null. */
    public @Nullable Configuration configuration() {
        return configuration;
    }

    /** Gives back every buffer that was written and not taken. */
    public void release() {
        clients.values().forEach(Client::take);
    }

    @Override
    public void send(Route to, ByteBuf datagram) {
        Datagram copy = new Datagram(to, ByteBufUtil.hexDump(datagram));
        sent.add(copy);
        onSend.accept(copy);
    }

    @Override
    public void reply(IpAddress address, int port, ByteBuf datagram) {
        replies.add(new Reply(address, port, ByteBufUtil.hexDump(datagram)));
    }

    @Override
    public CommandProof proofOf(ByteBuf packet, int index, int length) {
        return proof;
    }

    @Override
    public void write(Session to, ByteBuf bytes) {
        Client client = client(to);
        if (client.closed != null) {
            throw new AssertionError("written to after close: " + to);
        }
        client.buffers.add(bytes);
        client.copies.add(ByteBufUtil.getBytes(bytes));
        client.writes++;
        onWrite.accept(to, bytes.readableBytes());
    }

    @Override
    public void reading(Session session, boolean on) {
        client(session).reading = on;
    }

    @Override
    public void accepting(boolean on) {
        accepting = on;
    }

    @Override
    public void authenticate(Session session, String method, ByteBuf said) {
        questions.add(new Question(session, method, ByteBufUtil.hexDump(said)));
    }

    @Override
    public void close(Session session, Reason why) {
        Client client = client(session);
        if (client.closed != null) {
            throw new AssertionError("closed twice: " + session);
        }
        client.closed = why;
    }

    @Override
    public void configured(Configuration now) {
        configuration = now;
    }

    @Override
    public void report(Event event) {
        events.add(event);
        onReport.accept(event);
    }
}
