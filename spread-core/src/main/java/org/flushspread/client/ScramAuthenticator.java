package org.flushspread.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.flushspread.scram.ScramClient;
import org.flushspread.scram.ScramException;
import org.flushspread.wire.AuthMethod;
import org.flushspread.wire.ScramMessage;
import org.flushspread.wire.SpreadCode;

/** The client's side of the method SCRAM (client-protocol 2.6). May be used for many connections, also at one time. */
final class ScramAuthenticator implements Authenticator {
    private static final int NONCE_LENGTH = 18;

    private final String user;
    private final byte[] password;
    private final SecureRandom random = new SecureRandom();

    ScramAuthenticator(String user, String password) {
        this.user = user;
        this.password = password.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String method() {
        return AuthMethod.SCRAM;
    }

    @Override
    public void authenticate(Exchange exchange) {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        ScramClient client = new ScramClient(user, password, Base64.getEncoder().encodeToString(nonce));
        try {
            write(exchange, client.first());
            String challenge = read(exchange);
            if (challenge.startsWith("e=")) {
                client.check(challenge);
            }
            write(exchange, client.answer(challenge));
            client.check(read(exchange));
        } catch (ScramException e) {
            throw new SpreadException(SpreadCode.REJECT_AUTH, "authentication failed: " + e.getMessage(), e);
        }
    }

    private static void write(Exchange exchange, String text) {
        ByteBuf out = Unpooled.buffer();
        new ScramMessage(text).write(out);
        exchange.write(ByteBufUtil.getBytes(out));
    }

    private static String read(Exchange exchange) {
        byte[] length = exchange.read(Short.BYTES);
        int bytes = (length[0] & 0xff) << 8 | length[1] & 0xff;
        if (bytes > ScramMessage.LONGEST) {
            throw new SpreadException(
                    SpreadCode.REJECT_AUTH,
                    "authentication failed: what the daemon says is no message of SCRAM-SHA-256");
        }
        return new String(exchange.read(bytes), StandardCharsets.UTF_8);
    }
}
