package org.flushspread.examples.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.redis.FixedRedisMessagePool;
import io.netty.handler.codec.redis.RedisDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestAssemblerTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(
            new RedisDecoder(RequestAssembler.LONGEST_LINE, FixedRedisMessagePool.INSTANCE, true),
            new RequestAssembler());

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    /** What comes out: requests with bars between their words, and complaints behind an exclamation mark. */
    private List<String> read(String bytes, int pieces) {
        for (int from = 0; from < bytes.length(); from += pieces) {
            String piece = bytes.substring(from, Math.min(bytes.length(), from + pieces));
            channel.writeInbound(Unpooled.wrappedBuffer(piece.getBytes(ISO_8859_1)));
        }
        List<String> all = new ArrayList<>();
        for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
            if (next instanceof Request request) {
                all.add(String.join(
                        "|",
                        request.words().stream()
                                .map(each -> new String(each, ISO_8859_1))
                                .toList()));
            } else if (next instanceof RequestAssembler.Malformed malformed) {
                all.add("!" + malformed.why());
            }
        }
        return all;
    }

    @Test
    void requestsAreTheSameInWhateverPiecesTheyCome() {
        String some =
                "*3\r\n$3\r\nSET\r\n$2\r\nk\r\r\n$5\r\n\r\n\0\u00ff\n\r\nPING  there\r\n*0\r\n*-1\r\n*2\r\n$4\r\necho\r\n$0\r\n\r\n\r\n";
        for (int pieces = 1; pieces <= some.length(); pieces++) {
            assertThat(read(some, pieces)).containsExactly("SET|k\r|\r\n\0\u00ff\n", "PING|there", "echo|");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "*abc., invalid multibulk length",
        "*20001., invalid multibulk length",
        "*99999999999., invalid multibulk length",
        "*1.$abc., invalid bulk length",
        "*1.$80000., invalid bulk length",
        "*1.$-1., invalid bulk length",
        "*1.$-2., invalid bulk length",
        "*2.$3.GETxx$1.k., invalid bulk length",
        "*1.*1., expected '$'",
        "*2.$3.GET.PING., expected '$'",
        "$3.GET., 'expected ''*'', got ''$'''",
        "+OK., expected '*'",
    })
    void whatIsNoCommandIsToldOnceAndNothingIsTakenAfterIt(String bytes, String why) {
        assertThat(read("PING\r\n" + bytes.replace(".", "\r\n") + "PING\r\n", 1_000))
                .containsExactly("PING", "!" + why);
        assertThat(read("PING\r\n", 1_000)).isEmpty();
    }

    @Test
    void aLineAndACommandHaveALargestSize() {
        assertThat(read("x".repeat(70_000), 1_000)).containsExactly("!too big inline request");
        EmbeddedChannel other = new EmbeddedChannel(
                new RedisDecoder(RequestAssembler.LONGEST_LINE, FixedRedisMessagePool.INSTANCE, true),
                new RequestAssembler());
        String words = "*9\r\n" + ("$10000\r\n" + "x".repeat(10_000) + "\r\n").repeat(9);
        other.writeInbound(Unpooled.wrappedBuffer(words.getBytes(ISO_8859_1)));
        assertThat(other.<Object>readInbound()).isEqualTo(new RequestAssembler.Malformed("invalid bulk length"));
        other.finishAndReleaseAll();
    }

    /** Nothing that comes makes it throw, or hold more than a command. */
    @Test
    void bytesOfAnyKindEndInRequestsOrInOneComplaint() {
        Random random = new Random(7);
        String alphabet = "*$+-:\r\n019aG \0";
        for (int round = 0; round < 2_000; round++) {
            EmbeddedChannel fuzzed = new EmbeddedChannel(
                    new RedisDecoder(RequestAssembler.LONGEST_LINE, FixedRedisMessagePool.INSTANCE, true),
                    new RequestAssembler());
            StringBuilder bytes = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                bytes.append(random.nextInt(4) == 0 ? "\r\n" : "" + alphabet.charAt(random.nextInt(alphabet.length())));
            }
            fuzzed.writeInbound(Unpooled.wrappedBuffer(bytes.toString().getBytes(ISO_8859_1)));
            boolean over = false;
            for (Object next = fuzzed.readInbound(); next != null; next = fuzzed.readInbound()) {
                assertThat(over).as("after the complaint about %s", bytes).isFalse();
                over = next instanceof RequestAssembler.Malformed;
                assertThat(over || next instanceof Request).isTrue();
            }
            fuzzed.finishAndReleaseAll();
        }
    }
}
