package org.flushspread.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The bytes of the handshake, client-protocol 2.4 to 2.6. */
class HandshakeCodecTest {
    private static final Path VECTORS = Path.of("../spec/vectors/client");

    @Test
    void everyRecordedHandshakeIsDecodedAndEncodedToTheSameBytes() throws IOException {
        int steps = 0;
        try (var files = Files.newDirectoryStream(VECTORS, "*.json")) {
            for (Path file : files) {
                for (JsonNode step : new ObjectMapper().readTree(file.toFile()).path("steps")) {
                    ByteBuf bytes = hex(step.path("hex").asText());
                    JsonNode fields = step.path("fields");
                    switch (step.path("kind").asText()) {
                        case "connect_request" -> {
                            if (fields.path("private_name").asText().equals("bad#name")) {
                                assertThat(ConnectRequest.decode(bytes))
                                        .isEqualTo(new Decoded.Refused<>(SpreadCode.REJECT_ILLEGAL_NAME.code()));
                                continue;
                            }
                            ConnectRequest request = complete(ConnectRequest.decode(bytes), bytes);
                            assertThat(request.privateName())
                                    .isEqualTo(fields.path("private_name").asText());
                            assertThat(request.membership())
                                    .isEqualTo(fields.path("membership").asInt() == 1);
                            assertThat(request.priority())
                                    .isEqualTo(fields.path("priority").asInt());
                            assertThat(written(request::write)).isEqualTo(bytes);
                        }
                        case "auth_list" -> {
                            AuthList list = complete(AuthList.decode(bytes), bytes);
                            assertThat(String.join(" ", list.methods()) + " ")
                                    .isEqualTo(fields.path("list").asText());
                            assertThat(written(list::write)).isEqualTo(bytes);
                        }
                        case "auth_choice" -> {
                            AuthChoice choice = complete(AuthChoice.decode(bytes), bytes);
                            assertThat(choice.methods()).containsExactly("NULL");
                            assertThat(written(choice::write)).isEqualTo(bytes);
                        }
                        case "accept" -> {
                            AcceptBlock block = complete(AcceptBlock.decode(bytes), bytes);
                            assertThat(block.privateGroup())
                                    .hasToString(fields.path("private_group").asText());
                            assertThat(block.version()).isEqualTo(40400);
                            assertThat(written(out -> block.write(out, true))).isEqualTo(bytes);
                        }
                        case "refuse" -> {
                            int code = fields.path("code").asInt();
                            assertThat(AuthList.decode(bytes)).isEqualTo(new Decoded.Refused<AuthList>(code));
                            assertThat(AcceptBlock.decode(bytes)).isEqualTo(new Decoded.Refused<AcceptBlock>(code));
                        }
                        default -> {
                            continue;
                        }
                    }
                    steps++;
                }
            }
        }
        assertThat(steps).isGreaterThan(60);
    }

    @Test
    void everyPrefixOfAStepIsIncomplete() {
        everyPrefixIsIncomplete(ConnectRequest.of("alice", 1, true)::write, ConnectRequest::decode);
        everyPrefixIsIncomplete(new AuthList(List.of("NULL", "IP"))::write, AuthList::decode);
        everyPrefixIsIncomplete(new AuthChoice(List.of("NULL"))::write, AuthChoice::decode);
        everyPrefixIsIncomplete(
                out -> new AcceptBlock(4, 4, 0, Name.of("#alice#d1")).write(out, true), AcceptBlock::decode);
    }

    @Test
    void bytesBehindAStepAreLeftAlone() {
        ByteBuf bytes = hex("0404000105" + "616c696365" + "ffff");
        assertThat(ConnectRequest.decode(bytes))
                .isInstanceOfSatisfying(
                        Decoded.Complete.class,
                        complete -> assertThat(complete.length()).isEqualTo(10));
        assertThat(bytes.readerIndex()).isZero();
    }

    @Test
    void versionsAreSignedBytesAndOldOnesHaveNoPatchByte() {
        assertThat(refusal("0000")).isEqualTo(SpreadCode.REJECT_VERSION.code());
        assertThat(refusal("030001016b")).isEqualTo(SpreadCode.REJECT_VERSION.code());
        assertThat(refusal("0263")).isEqualTo(SpreadCode.REJECT_VERSION.code());
        assertThat(refusal("8004")).isEqualTo(SpreadCode.REJECT_VERSION.code());

        ConnectRequest oldest = request("0301" + "01" + "02" + "7631");
        assertThat(oldest.version()).isEqualTo(30100);
        assertThat(oldest.hasAuthentication()).isFalse();
        assertThat(oldest.readsPatch()).isFalse();
        assertThat(request("030e" + "01" + "02" + "7632").privateName()).isEqualTo("v2");
        ConnectRequest patched = request("030f02" + "01" + "02" + "7634");
        assertThat(patched.version()).isEqualTo(31502);
        assertThat(patched.hasAuthentication()).isFalse();
        assertThat(patched.readsPatch()).isTrue();
        assertThat(request("031000" + "01" + "02" + "7635").hasAuthentication()).isTrue();
        assertThat(request("636363" + "01" + "02" + "7636").hasAuthentication()).isTrue();
        ConnectRequest five = new ConnectRequest(5, 0, 1, false, 0, "x");
        assertThat(request(ByteBufUtil.hexDump(written(five::write)))).isEqualTo(five);
        ConnectRequest three = new ConnectRequest(3, 1, 0, true, 0, "x");
        assertThat(request(ByteBufUtil.hexDump(written(three::write)))).isEqualTo(three);
    }

    @Test
    void namesHaveAtMostTenLegalCharacters() {
        assertThat(refusal("040400010b")).isEqualTo(SpreadCode.REJECT_ILLEGAL_NAME.code());
        assertThat(refusal("04040001ff")).isEqualTo(SpreadCode.REJECT_ILLEGAL_NAME.code());
        for (int each = 0; each < 256; each++) {
            ByteBuf bytes = hex("0404000103" + "61" + String.format("%02x", each) + "61");
            if (each >= 0x24 && each <= 0x7e) {
                assertThat(ConnectRequest.decode(bytes)).isInstanceOf(Decoded.Complete.class);
            } else {
                assertThat(ConnectRequest.decode(bytes))
                        .isEqualTo(new Decoded.Refused<ConnectRequest>(SpreadCode.REJECT_ILLEGAL_NAME.code()));
            }
        }
        assertThat(request("0404000100").privateName()).isEmpty();
    }

    @Test
    void flagsCarryMembershipAndPriority() {
        assertThat(request("0404000000").membership()).isFalse();
        assertThat(request("0404000100").membership()).isTrue();
        assertThat(request("0404001000").membership()).isFalse();
        assertThat(request("0404001000").priority()).isEqualTo(1);
        assertThat(request("0404001100").membership()).isTrue();
        assertThat(request("0404008100").membership()).isFalse();
        assertThat(request("040400ff00").membership()).isFalse();
    }

    @Test
    void aListMustStayBelowNinetyBytes() {
        assertThat(written(new AuthList(List.of())::write)).isEqualTo(hex("00"));
        assertThat(AuthList.decode(hex("5a")))
                .isEqualTo(new Decoded.Refused<AuthList>(SpreadCode.CONNECTION_CLOSED.code()));
        assertThat(AuthList.decode(hex("7f")))
                .isEqualTo(new Decoded.Refused<AuthList>(SpreadCode.CONNECTION_CLOSED.code()));
        AuthList tooLong = new AuthList(List.of("x".repeat(29), "y".repeat(29), "z".repeat(29)));
        assertThatThrownBy(() -> written(tooLong::write)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theFirstEmptySlotEndsAChoice() {
        ByteBuf block = Unpooled.buffer().writeZero(AuthChoice.LENGTH);
        assertThat(complete(AuthChoice.decode(block), block).methods()).isEmpty();
        block.setBytes(0, "NULL".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        block.setBytes(60, "IP".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(complete(AuthChoice.decode(block), block).methods()).containsExactly("NULL");
        block.setBytes(30, "A".repeat(30).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(complete(AuthChoice.decode(block), block).methods()).containsExactly("NULL", "A".repeat(30), "IP");
        assertThatThrownBy(() -> written(new AuthChoice(List.of("A", "B", "C", "D"))::write))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> written(new AuthChoice(List.of("A".repeat(30)))::write))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anAcceptBlockForOldClientsHasNoPatchByte() {
        assertThat(written(out -> new AcceptBlock(4, 4, 0, Name.of("#v1#d1")).write(out, false)))
                .isEqualTo(hex("01040406237631236431"));
    }

    @Test
    void aPasswordBlockHasFortyBytesAndDoesNotShowThePassword() {
        PasswordBlock block = new PasswordBlock("ann", "secretsecret");
        ByteBuf bytes = written(block::write);
        assertThat(bytes.readableBytes()).isEqualTo(40);
        assertThat(PasswordBlock.read(bytes, 0)).isEqualTo(new PasswordBlock("ann", "secretse"));
        assertThat(block.toString()).doesNotContain("secret");
    }

    @Test
    void noBytesMakeADecoderThrow() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(120)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[0] = (byte) random.nextInt(5);
            }
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            assertThat(ConnectRequest.decode(in)).isNotNull();
            assertThat(AuthList.decode(in)).isNotNull();
            assertThat(AuthChoice.decode(in)).isNotNull();
            assertThat(AcceptBlock.decode(in)).isNotNull();
        }
    }

    private static <T> void everyPrefixIsIncomplete(Consumer<ByteBuf> writer, Function<ByteBuf, Decoded<T>> decoder) {
        ByteBuf whole = written(writer);
        for (int length = 0; length < whole.readableBytes(); length++) {
            assertThat(decoder.apply(whole.slice(0, length))).isInstanceOf(Decoded.Incomplete.class);
        }
        assertThat(decoder.apply(whole)).isInstanceOf(Decoded.Complete.class);
    }

    private static <T> T complete(Decoded<T> decoded, ByteBuf bytes) {
        Decoded.Complete<T> complete = (Decoded.Complete<T>) decoded;
        assertThat(complete.length()).isEqualTo(bytes.readableBytes());
        return complete.value();
    }

    private static ConnectRequest request(String hex) {
        ByteBuf bytes = hex(hex);
        return complete(ConnectRequest.decode(bytes), bytes);
    }

    private static int refusal(String hex) {
        return ((Decoded.Refused<ConnectRequest>) ConnectRequest.decode(hex(hex))).code();
    }

    private static ByteBuf written(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        return out;
    }

    private static ByteBuf hex(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    }
}
