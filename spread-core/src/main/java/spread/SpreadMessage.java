package spread;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Vector;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/**
 * A message to be sent, or one that was received. Outgoing messages are RELIABLE and empty until something else is said. Not thread safe.
 *
 * <p>{@link #getObject()} and {@link #getDigest()} deserialize what another member sent. They pass every class through a filter, see
 * {@link #setObjectInputFilter}; nothing is deserialized before they are called.
 */
public class SpreadMessage {
    protected static final int UNRELIABLE_MESS = ServiceType.UNRELIABLE_MESS;
    protected static final int RELIABLE_MESS = ServiceType.RELIABLE_MESS;
    protected static final int FIFO_MESS = ServiceType.FIFO_MESS;
    protected static final int CAUSAL_MESS = ServiceType.CAUSAL_MESS;
    protected static final int AGREED_MESS = ServiceType.AGREED_MESS;
    protected static final int SAFE_MESS = ServiceType.SAFE_MESS;
    protected static final int REGULAR_MESS = ServiceType.REGULAR_MESS;
    protected static final int SELF_DISCARD = ServiceType.SELF_DISCARD;
    protected static final int REG_MEMB_MESS = ServiceType.REG_MEMB_MESS;
    protected static final int TRANSITION_MESS = ServiceType.TRANSITION_MESS;
    protected static final int CAUSED_BY_JOIN = ServiceType.CAUSED_BY_JOIN;
    protected static final int CAUSED_BY_LEAVE = ServiceType.CAUSED_BY_LEAVE;
    protected static final int CAUSED_BY_DISCONNECT = ServiceType.CAUSED_BY_DISCONNECT;
    protected static final int CAUSED_BY_NETWORK = ServiceType.CAUSED_BY_NETWORK;
    protected static final int MEMBERSHIP_MESS = ServiceType.MEMBERSHIP_MESS;
    protected static final int REJECT_MESS = ServiceType.REJECT_MESS;
    protected static final int JOIN_MESS = ServiceType.JOIN_MESS;
    protected static final int LEAVE_MESS = ServiceType.LEAVE_MESS;
    protected static final int KILL_MESS = ServiceType.KILL_MESS;
    protected static final int GROUPS_MESS = ServiceType.GROUPS_MESS;

    private static final int CONTENT_DATA = 1;
    private static final int CONTENT_OBJECT = 2;
    private static final int CONTENT_DIGEST = 3;

    private static volatile @Nullable ObjectInputFilter filter;

    /** What the body was set by; 0 in a message that was received. */
    protected int content = CONTENT_DATA;

    /** Destinations of an outgoing message, those of a received one ({@link SpreadGroup}); raw, as programs were compiled against it. */
    @SuppressWarnings("rawtypes")
    protected Vector groups = new Vector();

    /** The serialized objects of a digest, or null. */
    protected @Nullable ByteArrayOutputStream digestBytes;

    /** Writes to {@link #digestBytes}, or null. */
    protected @Nullable ObjectOutputStream digestOutput;

    private boolean incoming;
    private int serviceType = RELIABLE_MESS;
    private @Nullable SpreadGroup sender;
    private byte[] data = new byte[0];
    private short type;
    private boolean endianMismatch;
    private @Nullable MembershipInfo membershipInfo;

    /** An outgoing message: RELIABLE, to nobody yet, without data. */
    public SpreadMessage() {}

    @SuppressWarnings("rawtypes")
    protected SpreadMessage(
            int serviceType,
            Vector groups,
            SpreadGroup sender,
            byte[] data,
            short type,
            boolean endianMismatch,
            @Nullable MembershipInfo membershipInfo) {
        this.incoming = true;
        this.content = 0;
        this.serviceType = serviceType;
        this.groups = groups;
        this.sender = sender;
        this.data = data;
        this.type = type;
        this.endianMismatch = endianMismatch;
        this.membershipInfo = membershipInfo;
    }

    /**
     * Sets the filter that every deserialized class passes, for the whole process, in the place of the default one. The default accepts
     * what a program on the official library may send, except classes known from attacks and streams that would take much more memory,
     * stack or time than they have bytes. A program that knows its classes does better to name them, here or by the system property
     * {@code spread.serialFilter}: {@code ObjectInputFilter.Config.createFilter("com.example.Order;java.base/*;!*")}. The filter of the
     * JVM ({@code jdk.serialFilter}), if there is one, can refuse a class in any case.
     *
     * @param value null for the default
     */
    public static void setObjectInputFilter(@Nullable ObjectInputFilter value) {
        filter = value;
    }

    /** The filter set by {@link #setObjectInputFilter}, or null while the default is in force. */
    public static @Nullable ObjectInputFilter getObjectInputFilter() {
        return filter;
    }

    public boolean isIncoming() {
        return incoming;
    }

    public boolean isOutgoing() {
        return !incoming;
    }

    public int getServiceType() {
        return serviceType;
    }

    public boolean isRegular() {
        return isRegular(serviceType);
    }

    protected static boolean isRegular(int serviceType) {
        return ServiceType.isRegular(serviceType);
    }

    public boolean isReject() {
        return isReject(serviceType);
    }

    protected static boolean isReject(int serviceType) {
        return ServiceType.isReject(serviceType);
    }

    public boolean isMembership() {
        return isMembership(serviceType);
    }

    protected static boolean isMembership(int serviceType) {
        return ServiceType.isMembership(serviceType);
    }

    public boolean isUnreliable() {
        return (serviceType & UNRELIABLE_MESS) != 0;
    }

    public boolean isReliable() {
        return (serviceType & RELIABLE_MESS) != 0;
    }

    public boolean isFifo() {
        return (serviceType & FIFO_MESS) != 0;
    }

    public boolean isCausal() {
        return (serviceType & CAUSAL_MESS) != 0;
    }

    public boolean isAgreed() {
        return (serviceType & AGREED_MESS) != 0;
    }

    public boolean isSafe() {
        return (serviceType & SAFE_MESS) != 0;
    }

    public boolean isSelfDiscard() {
        return (serviceType & SELF_DISCARD) != 0;
    }

    public void setServiceType(int serviceType) {
        this.serviceType = serviceType;
    }

    public void setUnreliable() {
        service(UNRELIABLE_MESS);
    }

    public void setReliable() {
        service(RELIABLE_MESS);
    }

    public void setFifo() {
        service(FIFO_MESS);
    }

    public void setCausal() {
        service(CAUSAL_MESS);
    }

    public void setAgreed() {
        service(AGREED_MESS);
    }

    public void setSafe() {
        service(SAFE_MESS);
    }

    private void service(int bit) {
        serviceType = (serviceType & ~REGULAR_MESS) | bit;
    }

    /** With true the sender itself does not get the message. */
    public void setSelfDiscard(boolean selfDiscard) {
        serviceType = selfDiscard ? serviceType | SELF_DISCARD : serviceType & ~SELF_DISCARD;
    }

    /** Destinations of a data message, members of a regular membership. */
    @SuppressWarnings("unchecked")
    public SpreadGroup[] getGroups() {
        return (SpreadGroup[]) groups.toArray(new SpreadGroup[0]);
    }

    /** The sender's private group; of a membership message its group; null for an outgoing message. */
    public @Nullable SpreadGroup getSender() {
        return sender;
    }

    /** The body. */
    public byte[] getData() {
        ByteArrayOutputStream bytes = digestBytes;
        if (content == CONTENT_DIGEST && bytes != null) {
            return bytes.toByteArray();
        }
        return data;
    }

    /**
     * The one object of a message that was made by {@link #setObject}.
     *
     * @throws SpreadException if the body holds none, its class is unknown, or the filter refuses it; the text then names the class
     */
    public @Nullable Object getObject() throws SpreadException {
        Vector<Object> all = new Vector<>(1);
        read(all, 1);
        return all.get(0);
    }

    /**
     * All objects of a message that was made by {@link #digest}. A raw vector, as of old, so that {@code Vector<String> all =
     * message.getDigest()} compiles.
     *
     * @throws SpreadException if one of them cannot be read, or the filter refuses it
     */
    @SuppressWarnings("rawtypes")
    public Vector getDigest() throws SpreadException {
        Vector<Object> all = new Vector<>();
        read(all, Integer.MAX_VALUE);
        return all;
    }

    private void read(Vector<Object> into, int atMost) throws SpreadException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(getData());
        SerialFilter serialFilter = new SerialFilter(bytes.available(), filter);
        String call = "ObjectInputStream(): ";
        try (ObjectInputStream in = new ObjectInputStream(bytes)) {
            serialFilter.install(in);
            call = "readObject(): ";
            do {
                into.add(in.readObject());
            } while (into.size() < atMost && bytes.available() > 0);
        } catch (IOException | ClassNotFoundException | RuntimeException | StackOverflowError e) {
            String which = atMost == 1 ? "" : ", object " + (into.size() + 1) + " of the digest";
            throw SpreadException.of(call + e + which + serialFilter.advice(), e);
        }
    }

    /** The number the sender gave; of a regular membership the own index, -1 if unknown; -1 of other memberships. */
    public short getType() {
        return type;
    }

    /** True if the sender's machine is little-endian, so that numbers it put into the body have to be turned round. */
    public boolean getEndianMismatch() {
        return endianMismatch;
    }

    @SuppressWarnings("unchecked")
    public void addGroup(SpreadGroup group) {
        groups.add(group);
    }

    public void addGroups(SpreadGroup[] more) {
        for (SpreadGroup each : more) {
            addGroup(each);
        }
    }

    public void addGroup(String group) {
        addGroup(new SpreadGroup(null, group));
    }

    public void addGroups(String[] more) {
        for (String each : more) {
            addGroup(each);
        }
    }

    /** Copies the body. */
    public void setData(byte[] data) {
        content(CONTENT_DATA, data.clone());
    }

    /**
     * Makes the body of one serialized object.
     *
     * @throws SpreadException if it cannot be serialized
     */
    public void setObject(Serializable object) throws SpreadException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (IOException e) {
            throw SpreadException.of("writeObject/flush(): " + e, e);
        }
        content(CONTENT_OBJECT, bytes.toByteArray());
    }

    private void content(int kind, byte[] bytes) {
        digestBytes = null;
        digestOutput = null;
        content = kind;
        data = bytes;
    }

    /**
     * Appends a serialized object to the body, which begins empty unless it was made by digest too.
     *
     * @throws SpreadException if it cannot be serialized; the body is then as it was
     */
    public void digest(Serializable object) throws SpreadException {
        ByteArrayOutputStream bytes = digestBytes;
        if (content != CONTENT_DIGEST || bytes == null) {
            bytes = new ByteArrayOutputStream();
            digestOutput = null;
        }
        int size = bytes.size();
        try {
            ObjectOutputStream out = digestOutput;
            if (out == null) {
                // A clone goes on behind the objects of its original: one stream has one header.
                out = size == 0 ? new ObjectOutputStream(bytes) : new Continuation(bytes);
            }
            out.writeObject(object);
            out.flush();
            content = CONTENT_DIGEST;
            digestBytes = bytes;
            digestOutput = out;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            if (content == CONTENT_DIGEST) {
                // Half an object would spoil those before it.
                ByteArrayOutputStream whole = new ByteArrayOutputStream();
                whole.write(bytes.toByteArray(), 0, size);
                digestBytes = whole;
                digestOutput = null;
            }
            throw SpreadException.of("writeObject/flush(): " + e, e);
        }
    }

    /** Goes on with a stream that another one began. */
    private static final class Continuation extends ObjectOutputStream {
        Continuation(ByteArrayOutputStream bytes) throws IOException {
            super(bytes);
        }

        @Override
        protected void writeStreamHeader() throws IOException {
            // In the place of a header: the reader forgets the objects it could be referred to.
            reset();
        }
    }

    public void setType(short type) {
        this.type = type;
    }

    /** What a membership message says; null for data and rejects. */
    public @Nullable MembershipInfo getMembershipInfo() {
        return membershipInfo;
    }

    /** A message with the same contents whose changes do not show in this one. */
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public Object clone() {
        SpreadMessage copy = new SpreadMessage();
        copy.incoming = incoming;
        copy.serviceType = serviceType;
        copy.groups = new Vector(groups);
        copy.sender = sender;
        copy.data = data.clone();
        copy.type = type;
        copy.endianMismatch = endianMismatch;
        copy.membershipInfo = membershipInfo;
        copy.content = content;
        ByteArrayOutputStream bytes = digestBytes;
        if (content == CONTENT_DIGEST && bytes != null) {
            ByteArrayOutputStream more = new ByteArrayOutputStream();
            more.writeBytes(bytes.toByteArray());
            copy.digestBytes = more;
        }
        return copy;
    }
}
