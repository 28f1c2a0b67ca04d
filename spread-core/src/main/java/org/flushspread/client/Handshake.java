package org.flushspread.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.flushspread.wire.AcceptBlock;
import org.flushspread.wire.AuthChoice;
import org.flushspread.wire.AuthList;
import org.flushspread.wire.AuthMethod;
import org.flushspread.wire.ConnectRequest;
import org.flushspread.wire.Decoded;
import org.flushspread.wire.Name;
import org.flushspread.wire.SpreadCode;

/**
 * The client's side of the handshake (client-protocol 2.4): request in one write, list, choice, methods, accept block. Bytes are counted,
 * never taken read by read: daemons send the pieces in tiny segments.
 */
final class Handshake {
    private final ConnectOptions options;
    private final Link link;
    private final MessageReader reader;
    private final Deadline deadline;
    private String waitingFor = "connecting";

    Handshake(ConnectOptions options, Link link, MessageReader reader, Deadline deadline) {
        this.options = options;
        this.link = link;
        this.reader = reader;
        this.deadline = deadline;
    }

    /** The first bytes to send, made before connecting: a C daemon hangs up on a client that is silent for a second (2.8). */
    static ByteBuffer request(ConnectOptions options) {
        ByteBuf out = Unpooled.buffer();
        ConnectRequest.of(options.privateName(), options.priority() > 0 ? 1 : 0, options.membership())
                .write(out);
        return out.nioBuffer();
    }

    /** The checks that need no daemon. */
    static void check(ConnectOptions options) {
        String name = options.privateName();
        if (name.length() > Name.MAX_PRIVATE) {
            throw new SpreadException(
                    SpreadCode.REJECT_ILLEGAL_NAME,
                    "private name '" + name + "' has " + name.length() + " characters; Spread allows at most "
                            + Name.MAX_PRIVATE);
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < '$' || name.charAt(i) > '~') {
                throw new SpreadException(
                        SpreadCode.REJECT_ILLEGAL_NAME,
                        "private name '" + name + "' has an illegal character at position " + (i + 1)
                                + "; Spread allows '$' to '~', so no space, '!', '\"' and '#'");
            }
        }
        if (options.authenticators().size() > AuthChoice.SLOTS) {
            throw new SpreadException(
                    SpreadCode.REJECT_AUTH, "Spread allows at most " + AuthChoice.SLOTS + " authentication methods");
        }
        for (Authenticator each : options.authenticators()) {
            if (each.method().isEmpty()
                    || each.method().length() >= AuthChoice.SLOT
                    || each.method().indexOf(' ') >= 0) {
                throw new SpreadException(
                        SpreadCode.REJECT_AUTH,
                        "'" + each.method() + "' cannot be the name of an authentication method");
            }
        }
    }

    AcceptBlock run(ByteBuffer request) {
        try {
            write(request);
            waitingFor = "waiting for the daemon's list of authentication methods";
            List<Authenticator> methods = choose(step(AuthList::decode).methods());
            List<String> names = new ArrayList<>();
            methods.forEach(method -> names.add(method.method()));
            ByteBuf choice = Unpooled.buffer(AuthChoice.LENGTH);
            new AuthChoice(names).write(choice);
            write(choice.nioBuffer());
            for (Authenticator method : methods) {
                waitingFor = "authenticating with method " + method.method();
                method.authenticate(new MethodExchange());
            }
            waitingFor = "waiting for the daemon to accept the connection";
            return checkVersion(step(AcceptBlock::decode));
        } catch (TlsFailure e) {
            throw e.told(options.daemon());
        } catch (IOException e) {
            throw new SpreadException(
                    SpreadCode.CONNECTION_CLOSED,
                    "cannot connect to " + options.daemon() + ": the connection broke while " + waitingFor + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private <T> T step(Function<ByteBuf, Decoded<T>> decoder) throws IOException {
        while (true) {
            Decoded<T> decoded = decoder.apply(reader.unread());
            if (decoded instanceof Decoded.Complete<T> complete) {
                reader.skip(complete.length());
                return complete.value();
            }
            if (decoded instanceof Decoded.Refused<T> refused) {
                throw rejected(refused.code());
            }
            fill();
        }
    }

    private List<Authenticator> choose(List<String> offered) {
        if (options.authenticators().isEmpty()) {
            if (offered.contains(AuthMethod.NULL)) {
                return List.of(Authenticator.none());
            }
            if (offered.contains(AuthMethod.IP)) {
                return List.of(Authenticator.ip());
            }
            throw notOffered("NULL or IP", offered);
        }
        for (Authenticator each : options.authenticators()) {
            if (!offered.contains(each.method())) {
                throw notOffered(each.method(), offered);
            }
        }
        return options.authenticators();
    }

    private SpreadException notOffered(String method, List<String> offered) {
        return new SpreadException(
                SpreadCode.REJECT_AUTH,
                "cannot connect to " + options.daemon() + ": the daemon does not offer authentication method " + method
                        + (offered.isEmpty() ? "; it offers none" : ", only " + String.join(" ", offered)));
    }

    private AcceptBlock checkVersion(AcceptBlock accepted) {
        boolean tooOld = accepted.version() < AcceptBlock.OLDEST_DAEMON;
        if (tooOld || (options.priority() > 0 && accepted.version() < AcceptBlock.OLDEST_DAEMON_WITH_PRIORITY)) {
            throw new SpreadException(
                    SpreadCode.REJECT_VERSION,
                    "cannot connect to " + options.daemon() + ": the daemon has version " + accepted.major() + "."
                            + accepted.minor() + "." + accepted.patch()
                            + (tooOld ? "; 3.1.0 is needed" : "; priority needs 3.8.0"));
        }
        return accepted;
    }

    private SpreadException rejected(int byteCode) {
        SpreadCode code = SpreadCode.of(byteCode);
        String why = switch (code) {
            case REJECT_QUOTA -> "the daemon has as many sessions as it allows";
            case REJECT_ILLEGAL_NAME -> "the daemon does not allow the private name '" + options.privateName() + "'";
            case REJECT_NOT_UNIQUE ->
                "the daemon already has a session named '" + options.privateName()
                        + "' (a name stays taken for a moment after its connection has closed; try again)";
            case REJECT_VERSION -> "the daemon does not work with this version of the library (4.4.0)";
            case REJECT_AUTH -> "the daemon refused the authentication";
            case REJECT_NO_NAME -> "the daemon demands a private name";
            case CONNECTION_CLOSED ->
                "what came while this side was " + waitingFor + " is not the Spread protocol (is it a Spread daemon?)";
            default -> "the daemon answered with code " + byteCode;
        };
        return new RejectedException(code, byteCode, "cannot connect to " + options.daemon() + ": " + why);
    }

    /** Keeps the byte itself, which the C function hands to its caller whatever it is. */
    static final class RejectedException extends SpreadException {
        private static final long serialVersionUID = 1L;
        private final int rawCode;

        RejectedException(SpreadCode code, int rawCode, String message) {
            super(code, message);
            this.rawCode = rawCode;
        }

        int rawCode() {
            return rawCode;
        }
    }

    private byte[] read(int length) throws IOException {
        byte[] bytes = new byte[length];
        int have = 0;
        while (have < length) {
            if (reader.buffered() > 0) {
                bytes[have++] = reader.takeByte();
                continue;
            }
            fill();
        }
        return bytes;
    }

    /** One read, after waiting for it if need be. */
    private void fill() throws IOException {
        int read = reader.fill();
        if (read < 0) {
            throw new SpreadException(
                    SpreadCode.CONNECTION_CLOSED,
                    "cannot connect to " + options.daemon() + ": the daemon closed the connection while " + waitingFor);
        }
        if (read == 0) {
            link.awaitReadable(false, timeLeft());
            checkInterrupt();
        }
    }

    private void write(ByteBuffer out) throws IOException {
        while (out.hasRemaining()) {
            if (link.write(out) == 0) {
                link.awaitWritable(timeLeft());
                checkInterrupt();
            }
        }
    }

    private long timeLeft() {
        long nanos = deadline.remaining();
        if (nanos == 0) {
            throw new SpreadException(
                    SpreadCode.CONNECTION_CLOSED,
                    "cannot connect to " + options.daemon() + ": no answer within " + deadline.length() + " while "
                            + waitingFor);
        }
        return nanos;
    }

    private void checkInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            throw new SpreadInterruptedException("connecting to " + options.daemon());
        }
    }

    private final class MethodExchange implements Authenticator.Exchange {
        @Override
        public void write(byte[] bytes) {
            try {
                Handshake.this.write(ByteBuffer.wrap(bytes));
            } catch (IOException e) {
                throw broke(e);
            }
        }

        @Override
        public byte[] read(int length) {
            try {
                return Handshake.this.read(length);
            } catch (IOException e) {
                throw broke(e);
            }
        }

        @Override
        public Duration remaining() {
            return Duration.ofNanos(deadline.remaining());
        }

        private SpreadException broke(IOException e) {
            if (e instanceof TlsFailure refused) {
                return refused.told(options.daemon());
            }
            return new SpreadException(
                    SpreadCode.CONNECTION_CLOSED,
                    "cannot connect to " + options.daemon() + ": the connection broke while " + waitingFor,
                    e);
        }
    }
}
