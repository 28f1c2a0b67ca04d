package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.client.Mailbox;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.ReceivedMessage;
import org.flushspread.client.Sp;
import org.flushspread.client.SpreadException;
import org.flushspread.client.SpreadInterruptedException;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.FlushService;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * The FL_ procedures of the C library, for people who port C programs: same names, same order of parameters, same results, so the man pages
 * hold (flush-protocol 2). Results are values of {@link SpreadCode}; type bits are in {@link ServiceType} and below. Buffers and
 * out-parameters are as in {@link Sp}: a message is a {@link ByteBuffer} whose position moves, a scatter is an array of them,
 * {@link Mailbox} and {@link ReceivedMessage} are made once and used again.
 *
 * <p>The protocol is worked on inside {@link #FL_receive} alone: a program that does not call it holds up the other members.
 *
 * <p>Where the C library does otherwise than its man page, this class follows the man page:
 *
 * <ul>
 *   <li>A second FL_join before the first membership was read is ILLEGAL_GROUP.
 *   <li>FL_receive never answers ILLEGAL_GROUP, and its buffers have to hold what the program gets to see, not the trailers on the wire.
 *   <li>The mess_type of a self-leave is 0.
 *   <li>A group name that is empty or longer than 31 characters is ILLEGAL_GROUP in sends too.
 * </ul>
 *
 * <p>A null name is what an empty one is in C: ILLEGAL_GROUP, or ILLEGAL_RECEIVERS for a receiver. A mailbox that is null is
 * ILLEGAL_SESSION, a null buffer ILLEGAL_MESSAGE, null receivers ILLEGAL_PARAM. The input flags of a receive are taken by sends too, and do
 * not travel.
 *
 * <p>Where a call of the C library would do harm, it is refused: several service bits and the reject bit are ILLEGAL_SERVICE; no receivers or
 * more than 100 are ILLEGAL_PARAM; the limit of MESSAGE_TOO_LONG is 14,319,951 bytes with trailers and 32 for each group. More than 43
 * receivers are sent, as in C, but C daemons lose such messages. As in C, and against the man page: FL_connect has no
 * group_membership parameter, a private destination is never ILLEGAL_STATE, and FL_flush is accepted as soon as the request has reached the
 * library.
 *
 * <p>All threads may use one mailbox: sends take turns, receives take turns, and neither waits for the other. FL_disconnect wakes those that
 * wait. An interrupt of the thread ends a wait with WOULD_BLOCK and harms nothing.
 *
 * <p>One class because its functions are one header in C, and the man pages name them one by one.
 */
@SuppressWarnings({"checkstyle:methodname", "MemberName"})
public final class Fl {
    /** Input flag of a receive: do not wait for the first byte of a message. */
    public static final int DONT_BLOCK = FlushService.DONT_BLOCK;
    /** Input flag of a receive: cut what does not fit. */
    public static final int DROP_RECV = ServiceType.DROP_RECV;

    public static final int FLUSH_REQ_MESS = FlushService.FLUSH_REQ_MESS;
    public static final int SUBGROUP_CAST = FlushService.SUBGROUP_CAST;
    public static final int FL_MAX_SCATTER_ELEMENTS = 99;
    public static final short FL_MIN_LEGAL_MESS_TYPE = FlushService.MIN_LEGAL_MESS_TYPE;

    private static final int GID_OFFSET = 0;
    private static final int NUM_VS_OFFSET = GroupId.LENGTH;
    private static final int VS_SET_OFFSET = NUM_VS_OFFSET + 4;

    private static final ConcurrentMap<Mailbox, Session> SESSIONS = new ConcurrentHashMap<>();
    private static final AtomicBoolean INITIALIZED = new AtomicBoolean();

    private static final class Session {
        final FlushSession flush;
        final ReentrantLock receiving = new ReentrantLock();

        Session(FlushSession flush) {
            this.flush = flush;
        }
    }

    private Fl() {}

    /** Not needed here, but as in C the second call answers ILLEGAL_STATE. */
    public static int FL_lib_init() {
        return INITIALIZED.compareAndSet(false, true) ? 0 : SpreadCode.ILLEGAL_STATE.code();
    }

    /** Fills in the version of the library, 2.0.0; each array has one element. */
    public static void FL_version(int[] major_version, int[] minor_version, int[] patch_version) {
        major_version[0] = 2;
        minor_version[0] = 0;
        patch_version[0] = 0;
    }

    /** Connects, with membership messages; waits for ever. ACCEPT_SESSION, or why not. */
    public static int FL_connect(
            @Nullable String spread_name, @Nullable String private_name, int priority, Mailbox mbox) {
        int result = Sp.SP_connect(spread_name, private_name, priority, true, mbox);
        MessageChannel channel = mbox.messageChannel();
        if (result == SpreadCode.ACCEPT_SESSION.code() && channel != null) {
            SESSIONS.put(mbox, new Session(new FlushSession(channel, FlushLimits.DEFAULT, Wrapping.WHERE_NEEDED)));
        }
        return result;
    }

    /** Tells the daemon and closes; drops what was not received, wakes who waits, and returns when the last receiver has gone. */
    public static int FL_disconnect(@Nullable Mailbox mbox) {
        Session session = mbox == null ? null : SESSIONS.remove(mbox);
        if (mbox == null || session == null) {
            return SpreadCode.ILLEGAL_SESSION.code();
        }
        Sp.SP_disconnect(mbox);
        awaitReceiver(session);
        return 0;
    }

    /** Returns when nobody receives any more. */
    @SuppressWarnings("LockNotBeforeTry") // nothing is done under the lock: to get it is all
    private static void awaitReceiver(Session session) {
        session.receiving.lock();
        session.receiving.unlock();
    }

    /** Asks to join; the first view is the answer. */
    public static int FL_join(@Nullable Mailbox mbox, @Nullable String group) {
        Session session = session(mbox);
        return session == null ? none() : guarded(mbox, session, () -> session.flush.join(name(group)));
    }

    /** Asks to leave; the self-leave is the answer. Only full-fledged members can. */
    public static int FL_leave(@Nullable Mailbox mbox, @Nullable String group) {
        Session session = session(mbox);
        return session == null ? none() : guarded(mbox, session, () -> session.flush.leave(name(group)));
    }

    /** Consents to the change that was asked for. From here to the next view nothing can be sent to the group. */
    public static int FL_flush(@Nullable Mailbox mbox, @Nullable String group) {
        Session session = session(mbox);
        return session == null ? none() : guarded(mbox, session, () -> session.flush.flush(name(group)));
    }

    /** Sends to a group or a private group; answers the number of bytes of the body. */
    public static int FL_multicast(
            @Nullable Mailbox mbox, int service_type, @Nullable String group, short mess_type, ByteBuffer mess) {
        return FL_scat_multicast(mbox, service_type, group, mess_type, mess);
    }

    /** Sends to a group, the body in pieces. */
    public static int FL_scat_multicast(
            @Nullable Mailbox mbox,
            int service_type,
            @Nullable String group,
            short mess_type,
            ByteBuffer... scat_mess) {
        Session session = session(mbox);
        if (session == null) {
            return none();
        }
        if (hasNull(scat_mess)) {
            return SpreadCode.ILLEGAL_MESSAGE.code();
        }
        long length = FlushSession.length(scat_mess);
        return sent(
                length,
                guarded(mbox, session, () -> session.flush.multicast(service_type, name(group), mess_type, scat_mess)));
    }

    /** Sends to one member of the group. */
    public static int FL_unicast(
            @Nullable Mailbox mbox,
            int service_type,
            @Nullable String group,
            @Nullable String recvr_name,
            short mess_type,
            ByteBuffer mess) {
        return FL_scat_unicast(mbox, service_type, group, recvr_name, mess_type, mess);
    }

    /** Sends to one member of the group, the body in pieces. */
    public static int FL_scat_unicast(
            @Nullable Mailbox mbox,
            int service_type,
            @Nullable String group,
            @Nullable String recvr_name,
            short mess_type,
            ByteBuffer... scat_mess) {
        return FL_scat_subgroupcast(
                mbox, service_type, group, 1, new String[] {name(recvr_name)}, mess_type, scat_mess);
    }

    /** Sends to the first {@code num_recvrs} of {@code recvr_names}, members of the group all. */
    public static int FL_subgroupcast(
            @Nullable Mailbox mbox,
            int service_type,
            @Nullable String group,
            int num_recvrs,
            @Nullable String @Nullable [] recvr_names,
            short mess_type,
            ByteBuffer mess) {
        return FL_scat_subgroupcast(
                mbox, service_type, group, num_recvrs, recvr_names, mess_type, new ByteBuffer[] {mess});
    }

    /** Sends to some members of the group, the body in pieces. */
    public static int FL_scat_subgroupcast(
            @Nullable Mailbox mbox,
            int service_type,
            @Nullable String group,
            int num_recvrs,
            @Nullable String @Nullable [] recvr_names,
            short mess_type,
            ByteBuffer... scat_mess) {
        Session session = session(mbox);
        if (session == null) {
            return none();
        }
        if (recvr_names == null || num_recvrs < 0 || num_recvrs > recvr_names.length) {
            return SpreadCode.ILLEGAL_PARAM.code();
        }
        if (hasNull(scat_mess)) {
            return SpreadCode.ILLEGAL_MESSAGE.code();
        }
        List<String> receivers = new ArrayList<>();
        for (int i = 0; i < num_recvrs; i++) {
            receivers.add(name(recvr_names[i]));
        }
        long length = FlushSession.length(scat_mess);
        return sent(
                length,
                guarded(
                        mbox,
                        session,
                        () -> session.flush.subgroupcast(service_type, name(group), receivers, mess_type, scat_mess)));
    }

    private static int sent(long length, int code) {
        return code < 0 ? code : (int) length;
    }

    /**
     * Receives one event; answers the length of its body. With room missing for groups or body it answers GROUPS_TOO_SHORT or
     * BUFFER_TOO_SHORT and keeps the event, unless {@code m.service_type} had DROP_RECV. {@code m.service_type} is to be set before each call:
     * 0, {@link #DONT_BLOCK}, {@link #DROP_RECV} or both.
     */
    public static int FL_receive(@Nullable Mailbox mbox, ReceivedMessage m, ByteBuffer mess) {
        return receive(mbox, m, new ByteBuffer[] {mess});
    }

    /** Receives one event into pieces, filled one behind the other; 100 of them at the most, as in Spread. */
    public static int FL_scat_receive(@Nullable Mailbox mbox, ReceivedMessage m, ByteBuffer... scat_mess) {
        return scat_mess != null && scat_mess.length > Sp.MAX_CLIENT_SCATTER_ELEMENTS
                ? SpreadCode.ILLEGAL_MESSAGE.code()
                : receive(mbox, m, scat_mess);
    }

    private static int receive(@Nullable Mailbox mbox, ReceivedMessage m, ByteBuffer[] into) {
        Session session = session(mbox);
        if (session == null) {
            return none();
        }
        if (hasNull(into)) {
            return SpreadCode.ILLEGAL_MESSAGE.code();
        }
        boolean wait = (m.service_type & DONT_BLOCK) == 0;
        if (wait) {
            session.receiving.lock();
        } else if (!session.receiving.tryLock()) {
            return SpreadCode.WOULD_BLOCK.code();
        }
        try {
            return guarded(mbox, session, () -> {
                GroupEvent event = session.flush.receive(wait ? MessageChannel.FOREVER : 0);
                return event == null ? SpreadCode.WOULD_BLOCK.code() : show(session, event, m, into);
            });
        } finally {
            session.receiving.unlock();
        }
    }

    /** Number of events that are ready inside the library. With a selector: receive until it is 0 before each select. */
    public static int FL_more_msgs(@Nullable Mailbox mbox) {
        Session session = session(mbox);
        return session == null ? none() : session.flush.waiting();
    }

    /** Bytes of the events inside the library and of what can be read; more than 0 does not mean that a receive would not wait. */
    public static int FL_poll(@Nullable Mailbox mbox) {
        Session session = session(mbox);
        if (session == null) {
            return none();
        }
        long bytes = session.flush.waitingBytes();
        try {
            bytes += session.flush.channel().poll();
        } catch (SpreadException e) {
            // The next receive tells.
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    /** Prints the text of the C library for a code on the standard output. */
    public static void FL_error(int error) {
        String text = errorText(error);
        if (text == null) {
            Sp.SP_error(error);
        } else {
            System.out.println("FL_error: (" + error + ") " + text);
        }
    }

    /** The texts of the C library, its spelling included, since programs look at them; null for the codes of Spread and unknown ones. */
    private static @Nullable String errorText(int error) {
        return switch (error) {
            case -24 -> "Illegal parameter (eg a negative size) passed to a function.";
            case -25 -> "Function call would have blocked.";
            case -26 ->
                "Illegal message type (int16) used, value < FL_MIN_LEGAL_MESS_TYPE(" + FL_MIN_LEGAL_MESS_TYPE + ").";
            case -27 -> "Function call peformed in a prohibited state.";
            case -28 -> "Illegal receivers specified.";
            default -> null;
        };
    }

    /** Where the group id begins in the body of a view: 0. Three ints in this machine's order. */
    public static int FL_get_gid_offset_memb_mess() {
        return GID_OFFSET;
    }

    /** Where the number of names begins in the body of a view: 12. */
    public static int FL_get_num_vs_offset_memb_mess() {
        return NUM_VS_OFFSET;
    }

    /** Where the names begin in the body of a view: 16; each has 32 bytes. */
    public static int FL_get_vs_set_offset_memb_mess() {
        return VS_SET_OFFSET;
    }

    public static boolean Is_flush_req_mess(int service_type) {
        return (service_type & FLUSH_REQ_MESS) != 0;
    }

    public static boolean Is_subgroup_mess(int service_type) {
        return (service_type & SUBGROUP_CAST) != 0;
    }

    public static boolean Is_self_leave(int service_type) {
        return ServiceType.isSelfLeave(service_type);
    }

    // ---- the inside

    private static @Nullable Session session(@Nullable Mailbox mbox) {
        return mbox == null ? null : SESSIONS.get(mbox);
    }

    /** What C reads at a null pointer is no name. */
    private static String name(@Nullable String given) {
        return given == null ? "" : given;
    }

    /** C checks lengths; a buffer that is none has no legal one (flush-protocol 2.3, check 5). */
    private static boolean hasNull(ByteBuffer @Nullable [] scatter) {
        return scatter == null || Arrays.asList(scatter).contains(null);
    }

    private static int none() {
        return SpreadCode.ILLEGAL_SESSION.code();
    }

    /** A connection that is lost takes its mailbox with it: every later call answers ILLEGAL_SESSION (flush-protocol 2.2). */
    private static int guarded(@Nullable Mailbox mbox, Session session, java.util.function.IntSupplier call) {
        try {
            return call.getAsInt();
        } catch (SpreadInterruptedException e) {
            return SpreadCode.WOULD_BLOCK.code();
        } catch (SpreadException e) {
            switch (e.code()) {
                case CONNECTION_CLOSED, ILLEGAL_SESSION, ILLEGAL_MESSAGE, NET_ERROR_ON_SESSION -> {
                    if (mbox == null || !SESSIONS.remove(mbox, session)) {
                        return none();
                    }
                    Sp.SP_disconnect(mbox);
                    return SpreadCode.CONNECTION_CLOSED.code();
                }
                default -> {
                    return e.code().code();
                }
            }
        }
    }

    private static int show(Session session, GroupEvent event, ReceivedMessage m, ByteBuffer[] into) {
        boolean drop = (m.service_type & DROP_RECV) != 0;
        List<String> groups = groups(event);
        ByteBuffer body = body(event);
        int length = body.remaining();
        boolean groupsShort = groups.size() > m.groups.length;
        boolean bodyShort = length > FlushSession.length(into);
        m.service_type = service(event);
        m.sender = event instanceof GroupEvent.Data data
                ? data.sender()
                : event instanceof GroupEvent.Reject reject ? reject.sender() : event.group();
        m.mess_type = messType(event);
        if ((groupsShort || bodyShort) && !drop) {
            session.flush.putBack(event);
            m.num_groups = groupsShort ? -groups.size() : 0;
            m.endian_mismatch = bodyShort ? -length : 0;
            return tooShort(groupsShort);
        }
        m.endian_mismatch = endianMismatch(event) ? 1 : 0;
        m.num_groups = groupsShort ? -groups.size() : groups.size();
        for (int i = 0; i < Math.min(groups.size(), m.groups.length); i++) {
            m.groups[i] = groups.get(i);
        }
        if (groupsShort && m.groups.length > 0 && FlushService.isSubgroup(m.service_type)) {
            m.groups[m.groups.length - 1] = groups.get(groups.size() - 1);
        }
        for (ByteBuffer part : into) {
            int count = Math.min(part.remaining(), body.remaining());
            ByteBuffer piece = body.duplicate();
            part.put(piece.limit(piece.position() + count));
            body.position(body.position() + count);
        }
        if (groupsShort || bodyShort) {
            return tooShort(groupsShort);
        }
        m.more_msgs = session.flush.waiting();
        return length;
    }

    private static int tooShort(boolean groups) {
        return (groups ? SpreadCode.GROUPS_TOO_SHORT : SpreadCode.BUFFER_TOO_SHORT).code();
    }

    private static int service(GroupEvent event) {
        if (event instanceof GroupEvent.Data data) {
            return data.service();
        }
        if (event instanceof GroupEvent.View view) {
            return ServiceType.REG_MEMB_MESS | view.cause().bit();
        }
        if (event instanceof GroupEvent.Reject reject) {
            return reject.service();
        }
        if (event instanceof GroupEvent.FlushRequest) {
            return FLUSH_REQ_MESS;
        }
        return event instanceof GroupEvent.Transition ? ServiceType.TRANSITION_MESS : ServiceType.CAUSED_BY_LEAVE;
    }

    private static List<String> groups(GroupEvent event) {
        if (event instanceof GroupEvent.Data data) {
            return data.groups();
        }
        if (event instanceof GroupEvent.View view) {
            return view.members();
        }
        return event instanceof GroupEvent.Reject reject ? reject.groups() : new ArrayList<>();
    }

    private static short messType(GroupEvent event) {
        if (event instanceof GroupEvent.Data data) {
            return data.messType();
        }
        if (event instanceof GroupEvent.View view) {
            return (short) view.myIndex();
        }
        return event instanceof GroupEvent.Reject reject ? reject.messType() : 0;
    }

    private static boolean endianMismatch(GroupEvent event) {
        boolean bigEndian = (event instanceof GroupEvent.Data data && data.endianMismatch())
                || (event instanceof GroupEvent.Reject reject && reject.endianMismatch());
        boolean known = event instanceof GroupEvent.Data || event instanceof GroupEvent.Reject;
        return known && bigEndian != (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN);
    }

    private static ByteBuffer body(GroupEvent event) {
        if (event instanceof GroupEvent.Data data) {
            return data.body().duplicate();
        }
        if (event instanceof GroupEvent.Reject reject) {
            return reject.body().duplicate();
        }
        if (!(event instanceof GroupEvent.View view)) {
            return ByteBuffer.allocate(0);
        }
        String changed = view.changed();
        List<String> set = changed == null ? view.transitional() : List.of(changed);
        ByteBuffer body =
                ByteBuffer.allocate(VS_SET_OFFSET + Name.SLOT * set.size()).order(ByteOrder.nativeOrder());
        body.putInt(view.id().membershipId().procId())
                .putInt(view.id().membershipId().time())
                .putInt(view.id().index())
                .putInt(set.size());
        for (String member : set) {
            byte[] name = member.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            body.put(name).position(body.position() + Name.SLOT - name.length);
        }
        return body.flip();
    }
}
