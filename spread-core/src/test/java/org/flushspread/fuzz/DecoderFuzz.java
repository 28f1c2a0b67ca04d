package org.flushspread.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.flushspread.config.AccessAction;
import org.flushspread.config.AccessList;
import org.flushspread.config.AccessRules;
import org.flushspread.config.AccessSubject;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationException;
import org.flushspread.config.HostResolver;
import org.flushspread.scram.ScramKeys;
import org.flushspread.scram.ScramServer;
import org.flushspread.wire.AcceptBlock;
import org.flushspread.wire.Alive;
import org.flushspread.wire.AuthChoice;
import org.flushspread.wire.AuthList;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.ConnectRequest;
import org.flushspread.wire.Decoded;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Form2;
import org.flushspread.wire.GroupsMessage;
import org.flushspread.wire.Join;
import org.flushspread.wire.MembershipBody;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.Refer;
import org.flushspread.wire.ScramMessage;
import org.flushspread.wire.StatusReply;

/** A decoder answers or refuses, and reads nothing behind what it was given. */
class DecoderFuzz {
    /** The input does not start its buffer, but it ends it: who reads on throws. */
    private static final int MARGIN = 64;

    private static ByteBuf behindMargin(byte[] input) {
        return Unpooled.wrappedBuffer(new byte[MARGIN], input);
    }

    static void handshake(byte[] input) {
        bounded(ConnectRequest.decode(Unpooled.wrappedBuffer(input)), input.length);
        bounded(AuthChoice.decode(Unpooled.wrappedBuffer(input)), input.length);
        bounded(AuthList.decode(Unpooled.wrappedBuffer(input)), input.length);
        bounded(AcceptBlock.decode(Unpooled.wrappedBuffer(input)), input.length);
        bounded(ScramMessage.decode(Unpooled.wrappedBuffer(input)), input.length);
        String text = new String(input, StandardCharsets.ISO_8859_1);
        ScramServer server = new ScramServer(user -> Optional.empty(), "nonce", new byte[1], ScramKeys.FEWEST_ROUNDS);
        server.challenge(text);
        assertThat(server.accepts(text)).isFalse();
    }

    private static void bounded(Decoded<?> decoded, int length) {
        if (decoded instanceof Decoded.Complete<?> complete) {
            assertThat(complete.length()).isBetween(1, length);
        }
    }

    static void membershipPackets(byte[] input) {
        if (input.length < PacketHeader.LENGTH) {
            return;
        }
        ByteBuf in = behindMargin(input);
        boolean little = ByteOrderTag.isLittleEndian(in, MARGIN);
        ByteOrderTag.setShort(in, MARGIN + PacketHeader.DATA_LENGTH, input.length - PacketHeader.LENGTH, little);
        Alive.read(in, MARGIN, input.length);
        Join.read(in, MARGIN, input.length);
        Refer.read(in, MARGIN, input.length);
        Form1.read(in, MARGIN, input.length);
        Form2.read(in, MARGIN, input.length);
        StatusReply.read(in, MARGIN, input.length);
    }

    static void bodies(byte[] input) {
        ByteBuf in = behindMargin(input);
        MembershipBody.decode(in, MARGIN, input.length, true);
        MembershipBody.decode(in, MARGIN, input.length, false);
        GroupsMessage.decode(in, MARGIN, input.length);
    }

    static void configuration(byte[] input) {
        try {
            Configuration first = Configuration.parse(input, "spread.conf", HostResolver.LOCALHOST_ONLY);
            Configuration again = Configuration.parse(input, "spread.conf", HostResolver.LOCALHOST_ONLY);
            assertThat(again.hash()).isEqualTo(first.hash());
        } catch (ConfigurationException e) {
            assertThat(e.getMessage()).startsWith("spread.conf");
        }
        try {
            AccessList.parse(new String(input, StandardCharsets.ISO_8859_1), "access");
        } catch (ConfigurationException e) {
            assertThat(e.getMessage()).startsWith("access");
        }
        try {
            AccessRules rules = AccessRules.parse(input, "access");
            assertThat(rules.changesTo(AccessRules.parse(input, "access"))).isEmpty();
            rules.of(AccessSubject.ofAdmin(null))
                    .decide(AccessAction.SEND, new String(input, StandardCharsets.ISO_8859_1));
        } catch (ConfigurationException e) {
            assertThat(e.getMessage()).startsWith("access:");
        }
    }
}
