package org.flushspread.kernel.session;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import org.flushspread.config.RingVersion;
import org.flushspread.kernel.base.CertifiedUser;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.PasswordMethods;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.ScramAnswer;
import org.flushspread.wire.AcceptBlock;
import org.flushspread.wire.AuthChoice;
import org.flushspread.wire.AuthList;
import org.flushspread.wire.AuthMethod;
import org.flushspread.wire.ConnectRequest;
import org.flushspread.wire.Decoded;
import org.flushspread.wire.Name;
import org.flushspread.wire.PasswordBlock;
import org.flushspread.wire.ScramMessage;
import org.flushspread.wire.SpreadCode;

/**
 * All unfinished handshakes (client-protocol 2.4 to 2.8), each at its own pace: no client waits for another one, and a step may come in any
 * number of pieces (Q10). One that does not finish in time is refused; when too many are unfinished the oldest that keeps the daemon
 * waiting gives way, or else the oldest that the daemon keeps waiting for its verdict, so that neither silent connections nor a flood of
 * passwords can lock others out.
 */
final class Handshakes {
    /** Methods in the order of the list that clients are sent. */
    private static final ImmutableList<String> KNOWN =
            ImmutableList.of(AuthMethod.NULL, AuthMethod.IP, AuthMethod.PWORD, AuthMethod.SCRAM);

    /** Input that may lie behind the step that is waited for. */
    private static final int MAX_INPUT = 64 * 1024;

    /** A handshake that has been going on for so long may be given up although it waits for the daemon. */
    private static final Duration VERDICT_PATIENCE = Duration.ofSeconds(1);

    private static final int SMALLEST_INPUT = 128;
    /** An invented name is r, a number below this, '-', another number (client-protocol 2.4). */
    private static final int INVENTED = 9999;

    private static final int INVENTED_LENGTH = 9;

    private final Context context;
    private final SessionTable table;
    private final LifeCycle life;
    private final Deliveries deliveries;
    private final ClientInput input;
    private final HandshakeList unfinished;
    private final AccessPolicy policy;
    private PasswordMethods passwords = PasswordMethods.PWORD;

    Handshakes(
            Context context,
            SessionTable table,
            HandshakeList unfinished,
            LifeCycle life,
            Deliveries deliveries,
            ClientInput input,
            AccessPolicy policy) {
        this.context = context;
        this.table = table;
        this.unfinished = unfinished;
        this.life = life;
        this.deliveries = deliveries;
        this.input = input;
        this.policy = policy;
    }

    /** A client connected. False if there is no room for its handshake. */
    boolean begin(ClientSession session) {
        if (unfinished.size() >= context.settings().maxHandshakes() && !makeRoom()) {
            return false;
        }
        unfinished.add(new Handshake(
                session,
                context.nanos(),
                context.nanos() + context.settings().handshakeTimeout().toNanos(),
                context.allocator().buffer(SMALLEST_INPUT, MAX_INPUT)));
        return true;
    }

    void bytes(Handshake handshake, ByteBuf in) {
        handshake.input.discardReadBytes();
        if (in.readableBytes() > handshake.input.maxWritableBytes()) {
            refuse(handshake, SpreadCode.REJECT_AUTH.code(), Reason.HANDSHAKE_MALFORMED);
            return;
        }
        handshake.input.writeBytes(in);
        advance(handshake);
    }

    void authenticated(Handshake handshake, String method, boolean accepted) {
        if (handshake.step != Handshake.Step.VERDICT
                || !handshake.methods.get(handshake.nextMethod).equals(method)) {
            return;
        }
        if (method.equals(AuthMethod.PWORD)) {
            deliveries
                    .lastWords(handshake.session)
                    .writeByte(accepted ? PasswordBlock.ACCEPTED : PasswordBlock.REFUSED);
            if (accepted) {
                handshake.session.proven(handshake.user);
            }
        }
        handshake.failed |= !accepted;
        handshake.nextMethod++;
        runMethods(handshake);
        advance(handshake);
    }

    /** How passwords may be shown, from now on. */
    void passwords(PasswordMethods now) {
        passwords = now;
    }

    /** The answer to a message of the method SCRAM. */
    void answered(Handshake handshake, ScramAnswer answer) {
        if (handshake.step != Handshake.Step.VERDICT
                || !handshake.methods.get(handshake.nextMethod).equals(AuthMethod.SCRAM)) {
            return;
        }
        answer.message().write(deliveries.lastWords(handshake.session));
        String user = answer.user();
        if (!answer.isLast()) {
            handshake.step = Handshake.Step.SCRAM;
            advance(handshake);
            return;
        }
        if (user != null) {
            handshake.session.proven(user);
        }
        authenticated(handshake, AuthMethod.SCRAM, user != null);
    }

    /** Refuses what is overdue. */
    void timeout() {
        for (Handshake first = unfinished.first(); first != null; first = unfinished.first()) {
            if (first.deadline - context.nanos() > 0) {
                context.deadlines().arm(DeadlineKind.HANDSHAKE, first.deadline);
                return;
            }
            giveUp(first, Reason.HANDSHAKE_TIMEOUT);
        }
    }

    private boolean makeRoom() {
        Handshake first = unfinished.first();
        for (Handshake each = first; each != null; each = each.after) {
            if (each.step != Handshake.Step.VERDICT) {
                giveUp(each, Reason.TOO_MANY_HANDSHAKES);
                return true;
            }
        }
        if (first != null && first.begun - context.nanos() <= -VERDICT_PATIENCE.toNanos()) {
            giveUp(first, Reason.TOO_MANY_HANDSHAKES);
            return true;
        }
        return false;
    }

    /** The answer is the one the C daemon gives to a step that is cut off (client-protocol 2.8). */
    private void giveUp(Handshake handshake, Reason why) {
        int code = 0;
        if (handshake.step != Handshake.Step.REQUEST) {
            code = SpreadCode.REJECT_AUTH.code();
        } else if (ConnectRequest.hasPartOfName(handshake.input)) {
            code = SpreadCode.REJECT_ILLEGAL_NAME.code();
        }
        refuse(handshake, code, why);
    }

    /** @param code the byte to send first, 0 for none */
    private void refuse(Handshake handshake, int code, Reason why) {
        if (code != 0) {
            deliveries.lastWord(handshake.session, code);
        }
        life.refused(handshake.session, why);
    }

    /** Works off the input as far as it goes. */
    private void advance(Handshake handshake) {
        boolean more = true;
        while (more && handshake.session.handshake == handshake) {
            more = switch (handshake.step) {
                case REQUEST -> request(handshake);
                case CHOICE -> choice(handshake);
                case PASSWORD -> password(handshake);
                case SCRAM -> scram(handshake);
                case VERDICT -> false;
            };
        }
    }

    private boolean request(Handshake handshake) {
        if (ConnectRequest.isTls(handshake.input)) {
            refuse(handshake, SpreadCode.REJECT_VERSION.code(), Reason.TLS_AT_PLAIN_PORT);
            return false;
        }
        Decoded<ConnectRequest> decoded = ConnectRequest.decode(handshake.input);
        if (decoded instanceof Decoded.Refused<ConnectRequest> refused) {
            refuse(
                    handshake,
                    refused.code(),
                    refused.code() == SpreadCode.REJECT_VERSION.code()
                            ? Reason.VERSION_TOO_OLD
                            : Reason.ILLEGAL_PRIVATE_NAME);
            return false;
        }
        if (!(decoded instanceof Decoded.Complete<ConnectRequest> complete)) {
            return false;
        }
        ConnectRequest request = complete.value();
        handshake.input.skipBytes(complete.length());
        handshake.request = request;
        CertifiedUser certified = handshake.session.certified;
        if (certified != null && certified.isPrivateName() && !certified.name().equals(request.privateName())) {
            refuse(handshake, SpreadCode.REJECT_AUTH.code(), Reason.NAME_NOT_OF_CERTIFICATE);
            return false;
        }
        if (!reserveName(handshake.session, request)) {
            refuse(handshake, SpreadCode.REJECT_NOT_UNIQUE.code(), Reason.NAME_NOT_UNIQUE);
            return false;
        }
        if (!request.hasAuthentication()) {
            withoutChoice(handshake);
            return true;
        }
        ImmutableList<String> enabled = enabled();
        new AuthList(enabled).write(deliveries.lastWords(handshake.session));
        if (enabled.isEmpty()) {
            refuse(handshake, SpreadCode.REJECT_AUTH.code(), Reason.AUTHENTICATION_FAILED);
            return false;
        }
        handshake.step = Handshake.Step.CHOICE;
        return true;
    }

    private boolean reserveName(ClientSession session, ConnectRequest request) {
        String daemon = context.me().name();
        Name name = Name.privateGroup(request.privateName(), daemon);
        if (request.privateName().isEmpty()) {
            do {
                String invented = "r" + context.random().nextInt(INVENTED) + "-" + session.number();
                name = Name.privateGroup(invented.substring(0, Math.min(INVENTED_LENGTH, invented.length())), daemon);
            } while (table.isTaken(name));
        } else if (table.isTaken(name)) {
            return false;
        }
        session.name(name, request.membership());
        table.named(session);
        return true;
    }

    /**
     * Clients before 3.16 choose nothing: the address decides if that method is enabled or required, else everybody may come in
     * (client-protocol 2.5). Where a password is required they cannot come in.
     */
    private void withoutChoice(Handshake handshake) {
        ImmutableList<String> enabled = enabled();
        List<String> required = context.configuration().options().requiredAuthMethods();
        ImmutableList.Builder<String> methods = ImmutableList.builder();
        if (enabled.contains(AuthMethod.IP)) {
            methods.add(AuthMethod.IP);
        } else if (!enabled.contains(AuthMethod.NULL)) {
            handshake.failed = true;
        }
        for (String each : required) {
            if (each.equals(AuthMethod.PWORD)) {
                handshake.failed = true;
            } else if (!each.equals(AuthMethod.IP) || !enabled.contains(AuthMethod.IP)) {
                methods.add(each);
            }
        }
        handshake.methods = methods.build();
        runMethods(handshake);
    }

    private boolean choice(Handshake handshake) {
        if (!(AuthChoice.decode(handshake.input) instanceof Decoded.Complete<AuthChoice> complete)) {
            return false;
        }
        handshake.input.skipBytes(complete.length());
        List<String> chosen = complete.value().methods();
        if (chosen.isEmpty() || !enabled().containsAll(chosen)) {
            refuse(handshake, SpreadCode.REJECT_AUTH.code(), Reason.AUTHENTICATION_FAILED);
            return false;
        }
        ImmutableList.Builder<String> methods = ImmutableList.builder();
        methods.addAll(chosen);
        for (String each : context.configuration().options().requiredAuthMethods()) {
            boolean proved = each.equals(AuthMethod.PWORD) && chosen.contains(AuthMethod.SCRAM);
            if (each.equals(AuthMethod.PWORD) && !proved && !passwords.clear()) {
                handshake.failed = true;
            } else if (!chosen.contains(each) && !proved) {
                methods.add(each);
            }
        }
        handshake.methods = methods.build();
        runMethods(handshake);
        return true;
    }

    private boolean password(Handshake handshake) {
        if (handshake.input.readableBytes() < PasswordBlock.LENGTH) {
            return false;
        }
        handshake.step = Handshake.Step.VERDICT;
        handshake.user = PasswordBlock.read(handshake.input, handshake.input.readerIndex())
                .user();
        ByteBuf said = handshake.input.readSlice(PasswordBlock.LENGTH);
        context.ports().authenticate(handshake.session, AuthMethod.PWORD, said);
        return true;
    }

    private boolean scram(Handshake handshake) {
        Decoded<ScramMessage> decoded = ScramMessage.decode(handshake.input);
        if (decoded instanceof Decoded.Refused<ScramMessage> refused) {
            refuse(handshake, refused.code(), Reason.HANDSHAKE_MALFORMED);
            return false;
        }
        if (!(decoded instanceof Decoded.Complete<ScramMessage> complete)) {
            return false;
        }
        handshake.step = Handshake.Step.VERDICT;
        ByteBuf said = handshake.input.readSlice(complete.length());
        context.ports().authenticate(handshake.session, AuthMethod.SCRAM, said);
        return true;
    }

    /** Goes on to the next method that needs something, or to the end. */
    private void runMethods(Handshake handshake) {
        for (; handshake.nextMethod < handshake.methods.size(); handshake.nextMethod++) {
            switch (handshake.methods.get(handshake.nextMethod)) {
                case AuthMethod.NULL -> {}
                case AuthMethod.IP -> {
                    handshake.step = Handshake.Step.VERDICT;
                    context.ports().authenticate(handshake.session, AuthMethod.IP, Unpooled.EMPTY_BUFFER);
                    return;
                }
                case AuthMethod.PWORD -> {
                    handshake.step = Handshake.Step.PASSWORD;
                    return;
                }
                case AuthMethod.SCRAM -> {
                    handshake.step = Handshake.Step.SCRAM;
                    return;
                }
                default -> handshake.failed = true; // the configuration requires a method that nobody knows
            }
        }
        finish(handshake);
    }

    private void finish(Handshake handshake) {
        ClientSession session = handshake.session;
        ConnectRequest request = handshake.request;
        if (request == null || handshake.failed) {
            refuse(handshake, SpreadCode.REJECT_AUTH.code(), Reason.AUTHENTICATION_FAILED);
            return;
        }
        if (!policy.mayOpen(session, session.privateGroup())) {
            deliveries.lastWord(session, SpreadCode.REJECT_AUTH.code());
            life.turnedAway(session, Reason.CONNECT_DENIED);
            return;
        }
        RingVersion ring = context.configuration().ring();
        new AcceptBlock(ring.major(), ring.minor(), ring.patch(), session.privateGroup())
                .write(deliveries.lastWords(session), request.readsPatch());
        ByteBuf rest = handshake.input.retain();
        unfinished.remove(handshake);
        life.accepted(session);
        try {
            if (rest.isReadable()) {
                input.bytes(session, rest);
            }
        } finally {
            rest.release();
        }
    }

    /** The methods of the list, in the order of the C daemon. Whoever allows passwords allows proofs of them. */
    private ImmutableList<String> enabled() {
        List<String> allowed = context.configuration().options().allowedAuthMethods();
        ImmutableList.Builder<String> enabled = ImmutableList.builder();
        for (String each : KNOWN) {
            boolean offered = switch (each) {
                case AuthMethod.PWORD -> allowed.contains(each) && passwords.clear();
                case AuthMethod.SCRAM -> allowed.contains(AuthMethod.PWORD) && passwords.proof();
                default -> allowed.contains(each);
            };
            if (offered) {
                enabled.add(each);
            }
        }
        return enabled.build();
    }
}
