package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.PacketType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that begin in what others leave of a packet (ring-protocol 4.3), where all daemons can read that. */
class FullPacketsTest {
    private final RingNetwork network =
            new RingNetwork(RingConfigurations.of("", 4), KernelSettings.DEFAULTS.withFullPackets(true));
    private final RingDaemon alpha = network.daemon(0);
    private final RingDaemon beta = network.daemon(1);

    @AfterEach
    void everyBufferIsGivenBack() {
        network.close();
    }

    @Test
    void thePacketsOfABusyDaemonAreFull() {
        network.formAll();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            sent.add(Images.body("a" + i, 1000));
            alpha.submit(PacketType.AGREED, sent.get(i));
        }
        network.settle();
        assertThat(beta.log).isEqualTo(sent);
        List<Integer> lengths = network.data().stream()
                .filter(each -> each.packet().procId() == alpha.self.id())
                .map(each -> each.bytes().length)
                .toList();
        assertThat(lengths.subList(0, lengths.size() - 1))
                .hasSizeGreaterThan(25)
                .as("what is left is too short for the header of a message")
                .allMatch(each -> each > 1472 - MessageHeader.LENGTH - 8);
        assertThat(lengths.stream().filter(each -> each == 1472)).hasSizeGreaterThan(25);
    }

    @Test
    void aDaemonThatDoesNotExpectThemRefusesThem() {
        network.formAll();
        alpha.submit(PacketType.AGREED, Images.body("a", 1000));
        alpha.submit(PacketType.AGREED, Images.body("b", 1000));
        network.settle();
        byte[] shared = network.data().get(0).bytes();
        RingNetwork others = RingNetwork.ring(4);
        others.daemon(1).data(shared);
        assertThat(others.daemon(1).refused(Reason.BAD_FRAGMENTS)).isOne();
        others.close();
    }

    @Test
    void aMessageThatARingDoesNotFinishIsSentWholeInTheNextAndItsCompanyIsNot() {
        network.formAll();
        beta.submit(PacketType.AGREED, Images.body("first", 1000));
        beta.submit(PacketType.AGREED, Images.body("large", 200_000));
        network.step();
        network.loseToken(0, 1, 2, 3);
        network.clearSockets();
        network.form(0, 1, 2);
        network.settle();
        assertThat(alpha.log.stream().map(Images::name).filter("large"::equals)).hasSize(1);
        assertThat(beta.log).isEqualTo(alpha.log);
        assertThat(beta.log.stream().map(Images::name).filter("first"::equals)).hasSize(1);
        assertThat(network.daemons).allMatch(each -> each.refused(Reason.FRAGMENT_OUT_OF_ORDER) == 0);
    }

    /** Whatever is lost, everything arrives once and in one order; rings break in the middle of messages. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void underLossNothingIsTornOrMissing(long seed) {
        network.formAll();
        Random random = new Random(seed);
        int[] services = {PacketType.RELIABLE, PacketType.FIFO, PacketType.AGREED, PacketType.SAFE};
        int[] lengths = {40, 400, 700, 1350, 4000};
        List<String> sent = new ArrayList<>();
        for (int round = 0; round < 6; round++) {
            network.lost = (datagram, to) -> datagram.isData() && random.nextInt(100) < 10;
            for (int i = 0; i < 60; i++) {
                String body = Images.body(round + "-" + i, lengths[random.nextInt(lengths.length)]);
                sent.add(body);
                network.daemon(random.nextInt(4)).submit(services[random.nextInt(services.length)], body);
                if (random.nextInt(4) == 0) {
                    network.step();
                }
            }
            network.lost = (datagram, to) -> false;
            network.loseToken(0, 1, 2, 3);
            network.clearSockets();
            network.form(0, 1, 2, 3);
            network.settle();
        }
        assertThat(alpha.log.stream().filter(each -> !each.matches("[TIR]\\[.*")))
                .containsExactlyInAnyOrderElementsOf(sent);
        assertThat(network.daemons).allMatch(each -> each.refused(Reason.BAD_MESSAGE_IMAGE) == 0);
        assertThat(network.daemons).allMatch(each -> each.refused(Reason.FRAGMENT_OUT_OF_ORDER) == 0);
    }
}
