package org.flushspread.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.flushspread.wire.AcceptBlock;
import org.flushspread.wire.AuthChoice;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * The SP_ procedures of the C library, for people who port C programs: same names, same order of parameters, same results, so the man pages
 * hold (client-protocol 7). Results are values of {@link SpreadCode}; type bits are in {@link ServiceType}.
 *
 * <p>What Java makes different:
 *
 * <ul>
 *   <li>A message is a {@link ByteBuffer}: sending takes what remains and moves the position to the limit; receiving puts bytes from the
 *       position on, which moves behind them, and what remains is the capacity. A scatter is an array of them.
 *       Receivers are told that numbers in it are in this machine's order, as C does it: give the buffer
 *       {@link java.nio.ByteOrder#nativeOrder} before putting some.
 *   <li>Out-parameters are holders, made once and used again: {@link Mailbox}, {@link ReceivedMessage}, {@link MembInfo},
 *       {@link VsSetInfo}.
 *   <li>Numbers in the body of a membership message are in this machine's order. The SP_get_ procedures read what remains of the buffer
 *       without moving its position, so flip it after receiving.
 *   <li>{@link #DONT_BLOCK}, put into {@code service_type} before a receive call, answers {@link SpreadCode#WOULD_BLOCK} where the call
 *       would wait. An interrupt of the thread ends a wait with the same code and harms nothing.
 *   <li>Null for a name or an array of names is ILLEGAL_GROUP, for a mailbox ILLEGAL_SESSION; a buffer that is null has no bytes and no room.
 *       {@link #DONT_BLOCK} in the type of a message to send is taken away.
 *   <li>More than 100 groups are ILLEGAL_GROUP, a type that would end the session (or a C daemon) ILLEGAL_SERVICE, and the limit of
 *       MESSAGE_TOO_LONG is 14,319,951 bytes, above which C daemons stop.
 * </ul>
 *
 * <p>All threads may use one mailbox; sends take turns, receives take turns, and neither waits for the other.
 *
 * <p>One class because its functions are one header in C, and the man pages name them one by one.
 */
@SuppressWarnings({"checkstyle:methodname", "MemberName"})
public final class Sp {
    /** Input flag of SP_receive: do not wait. Not in the C library, where only the flush layer has it. */
    public static final int DONT_BLOCK = 0x10000000;
    /** Elements of a scatter at the most. */
    public static final int MAX_CLIENT_SCATTER_ELEMENTS = 100;
    /** Length of a group name with the NUL that ends it in C. */
    public static final int MAX_GROUP_NAME = Name.SLOT;
    /** Length of a private name. */
    public static final int MAX_PRIVATE_NAME = Name.MAX_PRIVATE;

    private static final int MAX_SESSIONS = 1024;
    private static final int MAX_AUTH_NAME = AuthChoice.SLOT;
    private static final AtomicInteger SESSIONS = new AtomicInteger();
    private static volatile List<Authenticator> authenticators = List.of(Authenticator.none());

    private Sp() {}

    /** The client's side of an authentication method: 1 if it went well, 0 to give up. */
    @FunctionalInterface
    public interface AuthFunction {
        int authenticate(Authenticator.Exchange fd, @Nullable Object auth_data);
    }

    /** Fills in the version of the library, 4.4.0; each array has one element. Answers 1, or 0 if one is null or empty. */
    public static int SP_version(
            int @Nullable [] major_version, int @Nullable [] minor_version, int @Nullable [] patch_version) {
        if (major_version == null || minor_version == null || patch_version == null) {
            return 0;
        }
        if (major_version.length == 0 || minor_version.length == 0 || patch_version.length == 0) {
            return 0;
        }
        major_version[0] = AcceptBlock.MAJOR;
        minor_version[0] = AcceptBlock.MINOR;
        patch_version[0] = AcceptBlock.PATCH;
        return 1;
    }

    /** Chooses the one authentication method of all later connects of this process. */
    public static int SP_set_auth_method(
            @Nullable String auth_name, @Nullable AuthFunction auth_function, @Nullable Object auth_data) {
        return SP_set_auth_methods(
                1,
                new @Nullable String[] {auth_name},
                new @Nullable AuthFunction[] {auth_function},
                new @Nullable Object[] {auth_data});
    }

    /** Chooses the authentication methods of all later connects of this process, 0 to 3 of them. */
    public static int SP_set_auth_methods(
            int num_methods,
            @Nullable String @Nullable [] auth_name,
            @Nullable AuthFunction @Nullable [] auth_function,
            @Nullable Object @Nullable [] auth_data) {
        if (auth_name == null || auth_function == null || auth_data == null) {
            return 0;
        }
        if (num_methods < 0 || num_methods > AuthChoice.SLOTS) {
            return 0;
        }
        if (auth_name.length < num_methods || auth_function.length < num_methods || auth_data.length < num_methods) {
            return 0;
        }
        List<Authenticator> methods = new ArrayList<>();
        for (int i = 0; i < num_methods; i++) {
            AuthFunction function = auth_function[i];
            String name = auth_name[i];
            if (name == null || name.length() >= MAX_AUTH_NAME || function == null) {
                return 0;
            }
            methods.add(new FunctionAuthenticator(name, function, auth_data[i]));
        }
        authenticators = List.copyOf(methods);
        return 1;
    }

    private record FunctionAuthenticator(
            String method, AuthFunction function, @Nullable Object data) implements Authenticator {
        @Override
        public void authenticate(Exchange exchange) {
            if (function.authenticate(exchange, data) != 1) {
                throw new SpreadException(SpreadCode.REJECT_AUTH, "authentication method " + method + " failed");
            }
        }
    }

    /** Connects; waits for ever. Fills in the mailbox only if it answers ACCEPT_SESSION. */
    public static int SP_connect(
            @Nullable String spread_name,
            @Nullable String private_name,
            int priority,
            boolean group_membership,
            @Nullable Mailbox mbox) {
        return SP_connect_timeout(spread_name, private_name, priority, group_membership, mbox, SpTime.ZERO);
    }

    /**
     * Connects within a time for all of it; zero waits for ever, and a time below zero is over at once. As in Spread 5, a time whose parts
     * have different signs, or with a second or more of microseconds, is ILLEGAL_TIME, whatever else is wrong.
     */
    public static int SP_connect_timeout(
            @Nullable String spread_name,
            @Nullable String private_name,
            int priority,
            boolean group_membership,
            @Nullable Mailbox mbox,
            @Nullable SpTime time_out) {
        SpTime time = time_out == null ? SpTime.ZERO : time_out;
        if (!time.isLegal()) {
            return SpreadCode.ILLEGAL_TIME.code();
        }
        if (mbox == null) {
            return SpreadCode.ILLEGAL_SESSION.code();
        }
        if (SESSIONS.incrementAndGet() > MAX_SESSIONS) {
            SESSIONS.decrementAndGet();
            return SpreadCode.REJECT_QUOTA.code();
        }
        boolean accepted = false;
        try {
            String name = private_name == null ? "" : private_name;
            ConnectOptions options = ConnectOptions.of(
                            spread_name == null ? "" : spread_name,
                            name.length() > MAX_PRIVATE_NAME ? name.substring(0, MAX_PRIVATE_NAME) : name)
                    .withPriority(priority)
                    .withMembership(group_membership)
                    .withTimeout(time.sec() < 0 || time.usec() < 0 ? Duration.ofNanos(1) : time.toDuration())
                    .withAuthenticators(authenticators);
            MessageChannel channel = MessageChannel.connect(options);
            mbox.private_group = channel.privateGroup();
            mbox.begin(new SpSession(channel));
            accepted = true;
            return SpreadCode.ACCEPT_SESSION.code();
        } catch (Handshake.RejectedException e) {
            return e.rawCode();
        } catch (SpreadException e) {
            return e.code().code();
        } finally {
            if (!accepted) {
                SESSIONS.decrementAndGet();
            }
        }
    }

    /** Tells the daemon and closes. */
    public static int SP_disconnect(@Nullable Mailbox mbox) {
        SpSession session = forget(mbox);
        if (mbox == null || session == null) {
            return SpreadCode.ILLEGAL_SESSION.code();
        }
        session.channel.close();
        return 0;
    }

    /** Closes without a word. */
    public static void SP_kill(@Nullable Mailbox mbox) {
        SpSession session = forget(mbox);
        if (session != null) {
            session.channel.kill();
        }
    }

    private static @Nullable SpSession forget(@Nullable Mailbox mbox) {
        SpSession session = mbox == null ? null : mbox.forget();
        if (session != null) {
            SESSIONS.decrementAndGet();
        }
        return session;
    }

    /** Asks to join; the membership message is the answer. */
    public static int SP_join(@Nullable Mailbox mbox, @Nullable String group) {
        return request(mbox, group, true);
    }

    /** Asks to leave; the self-leave message is the answer. */
    public static int SP_leave(@Nullable Mailbox mbox, @Nullable String group) {
        return request(mbox, group, false);
    }

    private static int request(@Nullable Mailbox mbox, @Nullable String group, boolean join) {
        if (group == null) {
            return SpreadCode.ILLEGAL_GROUP.code();
        }
        try {
            MessageChannel.checkGroup(group);
        } catch (SpreadException e) {
            return e.code().code();
        }
        SpSession session = mbox == null ? null : mbox.session();
        if (mbox == null || session == null) {
            return SpreadCode.ILLEGAL_SESSION.code();
        }
        if (session.isBroken()) {
            return SpreadCode.NET_ERROR_ON_SESSION.code();
        }
        try {
            if (join) {
                session.channel.join(group, MessageChannel.FOREVER);
            } else {
                session.channel.leave(group, MessageChannel.FOREVER);
            }
            return 0;
        } catch (SpreadException e) {
            return failed(mbox, session, e);
        }
    }

    /** Sends to one group; answers the number of bytes of the body. */
    public static int SP_multicast(
            @Nullable Mailbox mbox,
            int service_type,
            @Nullable String group,
            short mess_type,
            @Nullable ByteBuffer mess) {
        return send(mbox, service_type, new @Nullable String[] {group}, mess_type, new @Nullable ByteBuffer[] {mess});
    }

    /** Sends to one group, the body in pieces. */
    public static int SP_scat_multicast(
            @Nullable Mailbox mbox,
            int service_type,
            @Nullable String group,
            short mess_type,
            @Nullable ByteBuffer... scat_mess) {
        return send(mbox, service_type, new @Nullable String[] {group}, mess_type, scat_mess);
    }

    /** Sends to several groups; keep to 43 where C daemons are (client-protocol Q16). */
    public static int SP_multigroup_multicast(
            @Nullable Mailbox mbox,
            int service_type,
            @Nullable String @Nullable [] groups,
            short mess_type,
            @Nullable ByteBuffer mess) {
        return send(mbox, service_type, groups, mess_type, new @Nullable ByteBuffer[] {mess});
    }

    /** Sends to several groups, the body in pieces. */
    public static int SP_multigroup_scat_multicast(
            @Nullable Mailbox mbox,
            int service_type,
            @Nullable String @Nullable [] groups,
            short mess_type,
            @Nullable ByteBuffer... scat_mess) {
        return send(mbox, service_type, groups, mess_type, scat_mess);
    }

    private static int send(
            @Nullable Mailbox mbox,
            int service_type,
            @Nullable String @Nullable [] groups,
            short mess_type,
            @Nullable ByteBuffer @Nullable [] mess) {
        String[] names = cut(groups);
        if (names == null) {
            return SpreadCode.ILLEGAL_GROUP.code();
        }
        // An input flag of the receiving side, which a program may have left in its variable: no receiver is to see it.
        int type = SpSession.withoutTag(service_type) & ~DONT_BLOCK;
        if ((type & ServiceType.REGULAR_MESS) == 0) {
            return SpreadCode.ILLEGAL_SERVICE.code();
        }
        SpSession session = mbox == null ? null : mbox.session();
        if (mbox == null || session == null) {
            return SpreadCode.ILLEGAL_SESSION.code();
        }
        if (session.isBroken()) {
            return SpreadCode.NET_ERROR_ON_SESSION.code();
        }
        if (mess == null || mess.length > MAX_CLIENT_SCATTER_ELEMENTS) {
            return SpreadCode.ILLEGAL_MESSAGE.code();
        }
        if (names.length > MessageHeader.MAX_GROUPS) {
            return SpreadCode.ILLEGAL_GROUP.code();
        }
        try {
            Outgoing body = Outgoing.of(present(mess));
            session.channel.send(type, mess_type, names, body, ByteOrder.nativeOrder(), MessageChannel.FOREVER);
            return (int) body.length();
        } catch (SpreadException e) {
            return failed(mbox, session, e);
        }
    }

    /** The names as C puts them into their slots; null if one is. */
    private static String @Nullable [] cut(@Nullable String @Nullable [] groups) {
        if (groups == null) {
            return null;
        }
        String[] cut = new String[groups.length];
        for (int i = 0; i < cut.length; i++) {
            String name = groups[i];
            if (name == null) {
                return null;
            }
            cut[i] = name.length() > Name.MAX_LENGTH ? name.substring(0, Name.MAX_LENGTH) : name;
        }
        return cut;
    }

    /** C takes a null pointer where no byte is to come from it or go to it. */
    private static ByteBuffer[] present(@Nullable ByteBuffer[] mess) {
        ByteBuffer[] present = new ByteBuffer[mess.length];
        for (int i = 0; i < present.length; i++) {
            ByteBuffer each = mess[i];
            present[i] = each == null ? ByteBuffer.allocate(0) : each;
        }
        return present;
    }

    /**
     * Receives one message; answers the length of its body. With room missing for groups or body it answers GROUPS_TOO_SHORT or
     * BUFFER_TOO_SHORT and leaves the message, unless {@code m.service_type} was DROP_RECV: then what does not fit is dropped.
     */
    public static int SP_receive(@Nullable Mailbox mbox, ReceivedMessage m, @Nullable ByteBuffer mess) {
        return receive(mbox, m, new @Nullable ByteBuffer[] {mess});
    }

    /** Receives one message into pieces, filled one behind the other. */
    public static int SP_scat_receive(@Nullable Mailbox mbox, ReceivedMessage m, @Nullable ByteBuffer... scat_mess) {
        if (scat_mess == null || scat_mess.length > MAX_CLIENT_SCATTER_ELEMENTS) {
            return SpreadCode.ILLEGAL_MESSAGE.code();
        }
        return receive(mbox, m, scat_mess);
    }

    private static int receive(@Nullable Mailbox mbox, ReceivedMessage m, @Nullable ByteBuffer[] mess) {
        SpSession session = mbox == null ? null : mbox.session();
        if (mbox == null || session == null) {
            return SpreadCode.ILLEGAL_SESSION.code();
        }
        if (session.isBroken()) {
            return SpreadCode.NET_ERROR_ON_SESSION.code();
        }
        int result = session.receive(m, present(mess));
        return result == SpreadCode.CONNECTION_CLOSED.code() && mbox.session() != session
                ? SpreadCode.ILLEGAL_SESSION.code()
                : result;
    }

    /** A call that was under way when another thread disconnected finds no session, as a call after it would. */
    private static int failed(Mailbox mbox, SpSession session, SpreadException e) {
        int code = session.code(e);
        return code == SpreadCode.CONNECTION_CLOSED.code() && mbox.session() != session
                ? SpreadCode.ILLEGAL_SESSION.code()
                : code;
    }

    /** Bytes that can be read now; says nothing about whole messages. */
    public static int SP_poll(@Nullable Mailbox mbox) {
        SpSession session = mbox == null ? null : mbox.session();
        return session == null ? SpreadCode.ILLEGAL_SESSION.code() : session.poll();
    }

    /** 1 if both are the same membership of a group, else 0. */
    public static int SP_equal_group_ids(@Nullable GroupId g1, @Nullable GroupId g2) {
        return g1 != null && g1.equals(g2) ? 1 : 0;
    }

    /** What the body of a membership message says; ILLEGAL_MESSAGE if it is none or is malformed. */
    public static int SP_get_memb_info(@Nullable ByteBuffer memb_mess, int service_type, @Nullable MembInfo memb_info) {
        return membInfo(bytes(memb_mess), service_type, memb_info);
    }

    /** The same for a body in pieces. */
    public static int SP_scat_get_memb_info(
            @Nullable ByteBuffer @Nullable [] memb_mess_scat, int service_type, @Nullable MembInfo memb_info) {
        return membInfo(bytes(memb_mess_scat), service_type, memb_info);
    }

    /** No bytes at all for null: no membership message is so short. */
    private static MembershipBytes bytes(@Nullable ByteBuffer @Nullable ... body) {
        return new MembershipBytes(body == null ? new ByteBuffer[0] : present(body));
    }

    private static int membInfo(MembershipBytes body, int service, @Nullable MembInfo out) {
        if (out == null || (service & ServiceType.MEMBERSHIP_MESS) == 0) {
            return SpreadCode.ILLEGAL_MESSAGE.code();
        }
        out.gid = GroupId.NONE;
        out.changed_member = "";
        out.num_vs_sets = 0;
        out.my_vs_set.num_members = 0;
        out.my_vs_set.members_offset = 0;
        boolean regular = (service & ServiceType.REG_MEMB_MESS) != 0;
        if (!regular && (service & ServiceType.TRANSITION_MESS) == 0) {
            // A self-leave has no body to look into (client-protocol Q13).
            return 1;
        }
        if (!body.hasGroupId()) {
            return SpreadCode.ILLEGAL_MESSAGE.code();
        }
        out.gid = body.groupId();
        if (!regular) {
            return 1;
        }
        int sets = body.numSets();
        if (sets < 0 || (sets > 0 && body.set(body.mySetAt(), out.my_vs_set) < 0)) {
            return SpreadCode.ILLEGAL_MESSAGE.code();
        }
        out.num_vs_sets = sets;
        int changed = Decoding.SETS + 4;
        if ((service & ServiceType.CAUSED_BY_NETWORK) == 0 && body.has(changed, Name.SLOT)) {
            out.changed_member = body.name(changed);
        }
        return 1;
    }

    /** Fills in all sets, {@code vs_sets.length} being the room for them; {@code my_vs_set_index[0]} is the one of this connection. */
    public static int SP_get_vs_sets_info(
            @Nullable ByteBuffer memb_mess,
            @Nullable VsSetInfo @Nullable [] vs_sets,
            int @Nullable [] my_vs_set_index) {
        return vsSets(bytes(memb_mess), vs_sets, my_vs_set_index);
    }

    /** The same for a body in pieces. */
    public static int SP_scat_get_vs_sets_info(
            @Nullable ByteBuffer @Nullable [] memb_mess_scat,
            @Nullable VsSetInfo @Nullable [] vs_sets,
            int @Nullable [] my_vs_set_index) {
        return vsSets(bytes(memb_mess_scat), vs_sets, my_vs_set_index);
    }

    private static int vsSets(MembershipBytes body, @Nullable VsSetInfo @Nullable [] out, int @Nullable [] mine) {
        int sets = body.numSets();
        if (sets < 0) {
            return SpreadCode.ILLEGAL_MESSAGE.code();
        }
        if (out == null || sets > out.length) {
            return SpreadCode.BUFFER_TOO_SHORT.code();
        }
        int mySetAt = sets == 0 ? -1 : body.mySetAt();
        int at = Decoding.SETS;
        for (int i = 0; i < sets; i++) {
            if (at == mySetAt && mine != null && mine.length > 0) {
                mine[0] = i;
            }
            VsSetInfo set = out[i] == null ? new VsSetInfo() : out[i];
            out[i] = set;
            at = body.set(at, set);
            if (at < 0) {
                return SpreadCode.ILLEGAL_MESSAGE.code();
            }
        }
        return sets;
    }

    /** Fills in the members of one set, {@code member_names.length} being the room for them; answers their number. */
    public static int SP_get_vs_set_members(
            @Nullable ByteBuffer memb_mess, @Nullable VsSetInfo vs_set, @Nullable String @Nullable [] member_names) {
        return vsSetMembers(bytes(memb_mess), vs_set, member_names);
    }

    /** The same for a body in pieces. */
    public static int SP_scat_get_vs_set_members(
            @Nullable ByteBuffer @Nullable [] memb_mess_scat,
            @Nullable VsSetInfo vs_set,
            @Nullable String @Nullable [] member_names) {
        return vsSetMembers(bytes(memb_mess_scat), vs_set, member_names);
    }

    private static int vsSetMembers(MembershipBytes body, @Nullable VsSetInfo set, @Nullable String @Nullable [] out) {
        if (set == null) {
            return SpreadCode.ILLEGAL_MESSAGE.code();
        }
        if (out == null || set.num_members > out.length) {
            return SpreadCode.BUFFER_TOO_SHORT.code();
        }
        for (int i = 0; i < set.num_members; i++) {
            int at = set.members_offset + i * Name.SLOT;
            if (!body.has(at, Name.SLOT)) {
                return SpreadCode.ILLEGAL_MESSAGE.code();
            }
            out[i] = body.name(at);
        }
        return set.num_members;
    }

    /** Historic: exists in the C library and always answers -1. */
    public static int SP_query_groups(Mailbox mbox, int max_groups, String[] groups) {
        return -1;
    }

    /** Historic: exists in the C library and always answers -1. */
    public static int SP_query_members(Mailbox mbox, String group, int max_members, String[] members) {
        return -1;
    }

    /** Prints one line about a code to standard output. */
    public static void SP_error(int error) {
        System.out.println("SP_error: (" + error + ") " + SP_strerror(error));
    }

    /** The text of {@link #SP_error}. Of Spread 5, whose own texts differ from these of 4.4 in a word or the full stop at the end. */
    public static String SP_strerror(int error) {
        return errorText(error);
    }

    /** The text of {@link #SP_error}: that of the C library, for programs that look at it. */
    public static String errorText(int error) {
        return switch (error) {
            case -1 -> "Illegal spread was provided";
            case -2 -> "Could not connect. Is Spread running?";
            case -3 -> "Connection rejected, too many users";
            case -4 -> "Connection rejected, no name was supplied";
            case -5 -> "Connection rejected, illegal name";
            case -6 -> "Connection rejected, name not unique";
            case -7 -> "Connection rejected, library does not fit daemon";
            case -8 -> "Connection closed by spread";
            case -9 -> "Connection rejected, authentication failed";
            case -11 -> "Illegal session was supplied";
            case -12 -> "Illegal service request";
            case -13 -> "Illegal message";
            case -14 -> "Illegal group";
            case -15 -> "The supplied buffer was too short";
            case -16 -> "The supplied groups list was too short";
            case -17 -> "The message body + group names was too large to fit in a message";
            case -18 ->
                "The network socket experienced an error. This Spread mailbox will no longer work until the"
                        + " connection is disconnected and then reconnected";
            case -19 -> "Internal spread bug detected!";
            case -20 -> "Illegal time";
            default -> "unrecognized error";
        };
    }
}
