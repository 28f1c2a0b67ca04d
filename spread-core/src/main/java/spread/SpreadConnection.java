package spread;

import com.google.common.net.InetAddresses;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Vector;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.flushspread.client.Authenticator;
import org.flushspread.client.ClientTls;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.DaemonAddress;
import org.flushspread.client.IncomingMessage;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.SpreadInterruptedException;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a daemon. Any number of threads may send; either threads receive by {@link #receive()}, or listeners are called, in order
 * and one at a time, on one thread of the connection.
 *
 * <p>One class because it is one in the official library, whose fields and methods programs inherit.
 */
public class SpreadConnection {
    /** Bytes a group name takes on the wire, the final NUL included. */
    protected static final int MAX_GROUP_NAME = Name.SLOT;

    private static final int MAX_PRIVATE_NAME = 10;

    /** Listeners for every message ({@link BasicMessageListener}); raw, as programs were compiled against it. */
    @SuppressWarnings("rawtypes")
    protected Vector basicListeners = new Vector();

    /** Listeners with separate methods ({@link AdvancedMessageListener}); raw, as programs were compiled against it. */
    @SuppressWarnings("rawtypes")
    protected Vector advancedListeners = new Vector();

    private final List<Authenticator> authenticators = new ArrayList<>();
    private final AtomicReference<@Nullable MessageChannel> channel = new AtomicReference<>();
    private final Object listening = new Object();
    private @Nullable ListenerThread listenerThread;
    private volatile @Nullable SpreadGroup privateGroup;

    /** Turns the bytes of a number round. */
    protected static int flip(int number) {
        return Integer.reverseBytes(number);
    }

    /** The big-endian number at {@code index}. */
    protected static int toInt(byte[] buffer, int index) {
        return ByteBuffer.wrap(buffer).getInt(index);
    }

    /** The group named in the 32 bytes at {@code index}. */
    protected SpreadGroup toGroup(byte[] buffer, int index) {
        int end = index;
        while (end < index + MAX_GROUP_NAME && buffer[end] != 0) {
            end++;
        }
        return group(new String(buffer, index, end - index, StandardCharsets.ISO_8859_1));
    }

    private SpreadGroup group(String name) {
        return new SpreadGroup(this, name);
    }

    static String cut(String name) {
        return name.length() < MAX_GROUP_NAME ? name : name.substring(0, MAX_GROUP_NAME - 1);
    }

    /**
     * Uses another authentication method than NULL; may be called several times.
     *
     * @param authName name of the method, which the daemon must offer
     * @param authClassName a class with a constructor without arguments that implements {@link SpreadAuthInterface}
     * @throws SpreadException if there is no such class
     */
    public synchronized void registerAuthentication(String authName, String authClassName) throws SpreadException {
        SpreadAuthInterface method;
        try {
            method = classNamed(authClassName)
                    .asSubclass(SpreadAuthInterface.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw SpreadException.of("No authentication class '" + authClassName + "': " + e, e);
        }
        authenticators.add(new Authenticator() {
            @Override
            public String method() {
                return authName;
            }

            @Override
            public void authenticate(Exchange exchange) {
                try {
                    method.authenticate();
                } catch (SpreadException e) {
                    throw new org.flushspread.client.SpreadException(
                            SpreadCode.REJECT_AUTH, "method " + authName + " failed: " + e.getMessage(), e);
                }
            }
        });
    }

    /** As the application's own class loader sees it, or this library's. */
    private static Class<?> classNamed(String name) throws ClassNotFoundException {
        ClassLoader ofCaller = Thread.currentThread().getContextClassLoader();
        if (ofCaller != null) {
            try {
                return Class.forName(name, true, ofCaller);
            } catch (ClassNotFoundException e) {
                // perhaps the other one knows it
            }
        }
        return Class.forName(name);
    }

    /**
     * Connects to a daemon.
     *
     * @param address of the daemon's host, IPv4 or IPv6; null for this host
     * @param port 0 for 4803
     * @param privateName null or empty to let the daemon choose; beyond 10 characters the rest is cut off
     * @param priority without effect in today's daemons
     * @param groupMembership whether membership messages are wanted
     * @throws SpreadException if that fails; when the daemon refuses, the text ends in {@code rejected=} and the code
     */
    public synchronized void connect(
            @Nullable InetAddress address,
            int port,
            @Nullable String privateName,
            boolean priority,
            boolean groupMembership)
            throws SpreadException {
        if (isConnected()) {
            throw new SpreadException("Already connected.");
        }
        if (port < 0 || port > 65535) {
            throw new SpreadException("Bad port (" + port + ").");
        }
        int realPort = port == 0 ? DaemonAddress.DEFAULT_PORT : port;
        String name = privateName == null ? "" : privateName;
        ConnectOptions options = ConnectOptions.of(
                        "", name.length() > MAX_PRIVATE_NAME ? name.substring(0, MAX_PRIVATE_NAME) : name)
                .withPriority(priority ? 1 : 0)
                .withMembership(groupMembership)
                .withTimeout(Duration.ZERO)
                .withAuthenticators(authenticators);
        MessageChannel connected = address == null ? connectHere(options, realPort) : open(options, realPort, address);
        // Numbers in the bodies of Java programs are big-endian; receivers are told so.
        connected.bodyOrder(ByteOrder.BIG_ENDIAN);
        channel.set(connected);
        startListening();
    }

    /** This host by its own address, or, where the daemon listens on a loopback address alone, by that. */
    private static MessageChannel connectHere(ConnectOptions options, int port) throws SpreadException {
        List<InetAddress> here = new ArrayList<>();
        try {
            here.add(InetAddress.getLocalHost());
        } catch (UnknownHostException e) {
            // this host has a name that nobody knows
        }
        here.add(InetAddresses.forString("127.0.0.1"));
        here.add(InetAddresses.forString("::1"));
        SpreadException first = null;
        for (InetAddress each : here) {
            try {
                return open(options, port, each);
            } catch (SpreadException e) {
                boolean nobodyThere = e.getCause() instanceof org.flushspread.client.SpreadException cause
                        && cause.code() == SpreadCode.COULD_NOT_CONNECT;
                if (!nobodyThere) {
                    throw e;
                }
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        throw Objects.requireNonNull(first);
    }

    /** With TLS the name that the program gave, if it gave one, is the name that the daemon's certificate has to have. */
    private static String host(InetAddress address) {
        String text = address.toString();
        int slash = text.indexOf('/');
        return slash > 0 && ClientTls.isForAll() ? text.substring(0, slash) : address.getHostAddress();
    }

    private static MessageChannel open(ConnectOptions options, int port, InetAddress address) throws SpreadException {
        ConnectOptions to = options.withDaemon(port + "@" + host(address));
        try {
            return uninterruptibly(() -> MessageChannel.connect(to));
        } catch (org.flushspread.client.SpreadException e) {
            throw SpreadException.of(whyNot(e), e);
        }
    }

    /** In the words of the official library, which programs compare; what it leaves out stands behind or in the cause. */
    private static String whyNot(org.flushspread.client.SpreadException e) {
        if (e.getCause() instanceof SpreadException) {
            return "Connection Rejected: Authentication failed";
        }
        if (e.code().name().startsWith("REJECT")) {
            return "Connection attempt rejected=" + e.code().code();
        }
        if (e.code() == SpreadCode.CONNECTION_CLOSED) {
            return "Connection closed during connect attempt: " + e.getMessage();
        }
        return "Socket(): " + (e.getCause() == null ? "" : e.getCause() + "; ") + e.getMessage();
    }

    /** What the official library does in an interrupted thread as in any other: the interrupt stays for whoever asks for it. */
    private static <T> T uninterruptibly(Supplier<T> action) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return action.get();
                } catch (SpreadInterruptedException e) {
                    // Nothing was done, so it can be done again.
                    interrupted = Thread.interrupted() || interrupted;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Disconnects. During a callback of a listener it is done after all listeners have seen the message.
     *
     * @throws SpreadException if not connected
     */
    public synchronized void disconnect() throws SpreadException {
        MessageChannel connected = connected();
        if (Thread.currentThread() instanceof ListenerThread thread && thread.isFor(connected)) {
            thread.disconnectAfterCallbacks();
        } else {
            disconnected(connected);
        }
    }

    void disconnected(MessageChannel connected) {
        channel.compareAndSet(connected, null);
        connected.close();
    }

    /** True if this program has disconnected it, so that its end is no news. */
    boolean hasLeft(MessageChannel connected) {
        return channel.get() != connected;
    }

    private MessageChannel connected() throws SpreadException {
        MessageChannel connected = channel.get();
        if (connected == null) {
            throw new SpreadException("Not connected.");
        }
        return connected;
    }

    /** The private group of this connection, or null if not connected. */
    public @Nullable SpreadGroup getPrivateGroup() {
        MessageChannel connected = channel.get();
        if (connected == null) {
            return null;
        }
        SpreadGroup known = privateGroup;
        if (known == null || !connected.privateGroup().equals(known.toString())) {
            known = group(connected.privateGroup());
            privateGroup = known;
        }
        return known;
    }

    /** False before a connect, after a disconnect, and once the connection was found broken. */
    public boolean isConnected() {
        MessageChannel connected = channel.get();
        return connected != null && connected.isOpen();
    }

    /**
     * Waits for the next message.
     *
     * @throws SpreadException if not connected, if there are listeners, or when the connection breaks
     * @throws InterruptedIOException if the thread was interrupted; nothing is lost, and the call can be repeated
     */
    public SpreadMessage receive() throws SpreadException, InterruptedIOException {
        MessageChannel from = connected();
        if (hasListeners()) {
            throw new SpreadException("Tried to receive while there are listeners");
        }
        return receive(from, this::message);
    }

    private static <T> T receive(MessageChannel from, MessageChannel.Decoder<T> decoder)
            throws SpreadException, InterruptedIOException {
        try {
            T received = from.receive(decoder, MessageChannel.FOREVER);
            if (received == null) {
                throw new SpreadException("Nothing was received.");
            }
            return received;
        } catch (org.flushspread.client.SpreadInterruptedException e) {
            // As with every InterruptedIOException, the interrupt is reported by the exception instead of the thread's
            // flag.
            Thread.interrupted();
            InterruptedIOException interrupted = new InterruptedIOException(e.getMessage());
            interrupted.initCause(e);
            throw interrupted;
        } catch (org.flushspread.client.SpreadException e) {
            throw SpreadException.of("Connection closed while reading message header: " + e.getMessage(), e);
        }
    }

    /**
     * Waits for {@code numMessages} messages.
     *
     * @throws SpreadException as {@link #receive()}; what was received before is lost then
     * @throws InterruptedIOException as {@link #receive()}
     */
    public SpreadMessage[] receive(int numMessages) throws SpreadException, InterruptedIOException {
        SpreadMessage[] messages = new SpreadMessage[numMessages];
        for (int i = 0; i < numMessages; i++) {
            messages[i] = receive();
        }
        return messages;
    }

    /** Makes a message of what the daemon sent; null for what concerns this connection not (client-protocol Q12). */
    private @Nullable SpreadMessage message(IncomingMessage in) {
        int type = in.type();
        Vector<SpreadGroup> groups = new Vector<>(in.numGroups());
        int mine = -1;
        for (int i = 0; i < in.numGroups(); i++) {
            String name = in.group(i);
            groups.add(group(name));
            if (name.equals(in.privateGroup())) {
                mine = i;
            }
        }
        SpreadGroup sender = group(in.sender());
        byte[] body = in.body(0, in.bodyLength());
        boolean mismatch = in.senderOrder() == ByteOrder.LITTLE_ENDIAN;
        if (ServiceType.isRegular(type)) {
            return new SpreadMessage(type, groups, sender, body, in.messType(), mismatch, null);
        }
        if (ServiceType.isReject(type)) {
            int refused = in.rejectedType() | ServiceType.REJECT_MESS;
            return new SpreadMessage(refused, groups, sender, body, in.messType(), mismatch, null);
        }
        boolean regular = ServiceType.isRegularMembership(type);
        if (regular && mine < 0) {
            return null;
        }
        try {
            MembershipInfo info = new MembershipInfo(this, type, groups, sender, body, in.isLittleEndian());
            return new SpreadMessage(type, groups, sender, body, (short) mine, false, info);
        } catch (IllegalArgumentException e) {
            throw new org.flushspread.client.SpreadException(
                    SpreadCode.ILLEGAL_MESSAGE, "the daemon sent a membership that cannot be: " + e.getMessage(), e);
        }
    }

    /**
     * True if something has arrived; a message may not be complete yet. False where the connection has ended: {@link #receive()} says
     * so.
     *
     * @throws SpreadException if not connected
     */
    public boolean poll() throws SpreadException {
        try {
            return connected().poll() > 0;
        } catch (org.flushspread.client.SpreadException e) {
            return false;
        }
    }

    /** Adds a listener, which gets what is received from now on; the first one starts the listener thread, once connected. */
    @SuppressWarnings("unchecked")
    public void add(BasicMessageListener listener) {
        basicListeners.add(listener);
        startListening();
    }

    /** Adds a listener, which gets what is received from now on; the first one starts the listener thread, once connected. */
    @SuppressWarnings("unchecked")
    public void add(AdvancedMessageListener listener) {
        advancedListeners.add(listener);
        startListening();
    }

    /** Removes a listener; with the last one the listener thread ends, and what comes after is left to {@link #receive()}. */
    public void remove(BasicMessageListener listener) {
        basicListeners.remove(listener);
        stopListening();
    }

    /** Removes a listener; with the last one the listener thread ends, and what comes after is left to {@link #receive()}. */
    public void remove(AdvancedMessageListener listener) {
        advancedListeners.remove(listener);
        stopListening();
    }

    private boolean hasListeners() {
        return !basicListeners.isEmpty() || !advancedListeners.isEmpty();
    }

    private void startListening() {
        synchronized (listening) {
            MessageChannel from = channel.get();
            ListenerThread before = listenerThread;
            if (from != null && from.isOpen() && hasListeners() && (before == null || !before.isFor(from))) {
                ListenerThread thread = new ListenerThread(this, from, before, listening);
                listenerThread = thread;
                thread.start();
            }
        }
    }

    private void stopListening() {
        synchronized (listening) {
            ListenerThread thread = listenerThread;
            if (!hasListeners() && thread != null) {
                thread.interruptWait();
            }
        }
    }

    /** Asked by a listener thread before each wait; one that is told no takes no further message. */
    boolean goesOn(ListenerThread thread) {
        boolean needed = hasListeners();
        if (!needed) {
            ended(thread);
        }
        return needed;
    }

    void ended(ListenerThread thread) {
        synchronized (listening) {
            if (listenerThread == thread) {
                listenerThread = null;
            }
        }
    }

    /** A message and the listeners there were when it was received; others count from the next message on. */
    record Call(SpreadMessage message, BasicMessageListener[] basic, AdvancedMessageListener[] advanced) {}

    /** Waits for a message to listeners; empty if they were all removed meanwhile, so that it is left to {@link #receive()}. */
    Optional<Call> receiveCall(MessageChannel from) throws SpreadException, InterruptedIOException {
        return receive(from, in -> {
            BasicMessageListener[] basic = basicListeners();
            AdvancedMessageListener[] advanced = advancedListeners();
            if (basic.length == 0 && advanced.length == 0) {
                in.keep();
                return Optional.empty();
            }
            SpreadMessage message = message(in);
            return message == null ? null : Optional.of(new Call(message, basic, advanced));
        });
    }

    @SuppressWarnings("unchecked")
    private BasicMessageListener[] basicListeners() {
        return (BasicMessageListener[]) basicListeners.toArray(new BasicMessageListener[0]);
    }

    @SuppressWarnings("unchecked")
    private AdvancedMessageListener[] advancedListeners() {
        return (AdvancedMessageListener[]) advancedListeners.toArray(new AdvancedMessageListener[0]);
    }

    static void call(Call call) {
        SpreadMessage message = call.message;
        for (BasicMessageListener each : call.basic) {
            guarded(() -> each.messageReceived(message));
        }
        for (AdvancedMessageListener each : call.advanced) {
            guarded(() -> {
                if (message.isRegular()) {
                    each.regularMessageReceived(message);
                } else {
                    each.membershipMessageReceived(message);
                }
            });
        }
    }

    /** One listener's exception costs no other its message; the thread's handler hears of it. */
    private static void guarded(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException | Error e) {
            Thread thread = Thread.currentThread();
            Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
            if (handler != null) {
                handler.uncaughtException(thread, e);
            }
        }
    }

    /**
     * Sends a message.
     *
     * @throws SpreadException if not connected, if the service, a group or the size is illegal, or when the connection breaks
     */
    public void multicast(SpreadMessage message) throws SpreadException {
        MessageChannel to = connected();
        SpreadGroup[] groups = message.getGroups();
        String[] names = new String[groups.length];
        for (int i = 0; i < groups.length; i++) {
            String name = groups[i].toString();
            if (name == null) {
                throw new SpreadException("Group " + (i + 1) + " of the message has no name: it was never joined.");
            }
            names[i] = cut(name);
        }
        ByteBuffer[] body = {ByteBuffer.wrap(message.getData())};
        write(() -> to.send(message.getServiceType(), message.getType(), names, body, MessageChannel.FOREVER));
    }

    private static void write(BooleanSupplier send) throws SpreadException {
        try {
            uninterruptibly(send::getAsBoolean);
        } catch (org.flushspread.client.SpreadException e) {
            // What never left this program is no failed write.
            boolean ended = e.code() == SpreadCode.CONNECTION_CLOSED || e.code() == SpreadCode.NET_ERROR_ON_SESSION;
            throw SpreadException.of(ended ? "write(): " + e.getMessage() : String.valueOf(e.getMessage()), e);
        }
    }

    /** Sends messages one after the other; see {@link #multicast(SpreadMessage)}. */
    public void multicast(SpreadMessage[] messages) throws SpreadException {
        for (SpreadMessage each : messages) {
            multicast(each);
        }
    }

    void join(String group) throws SpreadException {
        MessageChannel to = connected();
        write(() -> to.join(group, MessageChannel.FOREVER));
    }

    void leave(String group) throws SpreadException {
        MessageChannel to = connected();
        if (to.isOpen()) {
            try {
                write(() -> to.leave(group, MessageChannel.FOREVER));
            } catch (SpreadException e) {
                if (to.isOpen()) {
                    throw e;
                }
            }
        }
    }
}
