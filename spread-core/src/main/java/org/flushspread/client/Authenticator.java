package org.flushspread.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import org.flushspread.wire.AuthMethod;
import org.flushspread.wire.PasswordBlock;
import org.flushspread.wire.SpreadCode;

/**
 * The client's side of an authentication method (client-protocol 2.6). The daemon must offer {@link #method()}; then
 * {@link #authenticate} may exchange bytes with it while the connection is being made.
 */
public interface Authenticator {
    /** The name both sides know the method by, at most 29 characters without a space. */
    String method();

    /**
     * Exchanges what the method demands; methods without bytes do nothing.
     *
     * @throws SpreadException to give up; the connection is then closed and the connect call fails with it
     */
    void authenticate(Exchange exchange);

    /** The bytes between the two sides of a method. */
    interface Exchange {
        /** Sends all of these bytes, in one piece if the connection takes them. */
        void write(byte[] bytes);

        /** Reads exactly {@code length} bytes, waiting for them no longer than the connect timeout allows. */
        byte[] read(int length);

        /** Time left of the connect timeout; very long if there is none. */
        Duration remaining();
    }

    /** Method NULL: everybody may connect. */
    static Authenticator none() {
        return named(AuthMethod.NULL);
    }

    /** Method IP: the daemon looks at the client's address. */
    static Authenticator ip() {
        return named(AuthMethod.IP);
    }

    /** A method of this name that exchanges no bytes. */
    static Authenticator named(String name) {
        return new Authenticator() {
            @Override
            public String method() {
                return name;
            }

            @Override
            public void authenticate(Exchange exchange) {}
        };
    }

    /**
     * Method SCRAM-SHA-256 (RFC 7677), of daemons of this project: proves the password without sending it, and has the daemon prove that it knows
     * it. It takes the client some time, as the daemon's file wants (a tenth of a second or so). Nothing weaker is used in its place.
     */
    static Authenticator scram(String user, String password) {
        return new ScramAuthenticator(user, password);
    }

    /**
     * Method PWORD: a user name of up to 31 and a password of up to 8 bytes, sent in the clear. Longer ones are cut, as the daemon's
     * file holds no more.
     */
    static Authenticator password(String user, String password) {
        return new Authenticator() {
            @Override
            public String method() {
                return AuthMethod.PWORD;
            }

            @Override
            public void authenticate(Exchange exchange) {
                ByteBuf said = Unpooled.buffer(PasswordBlock.LENGTH);
                new PasswordBlock(user, password).write(said);
                exchange.write(said.array());
                if (exchange.read(1)[0] != PasswordBlock.ACCEPTED) {
                    throw new SpreadException(
                            SpreadCode.REJECT_AUTH, "the daemon does not accept this user name and password");
                }
            }
        };
    }
}
