package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.flushspread.kernel.FailingAllocator;
import org.flushspread.kernel.base.Backlog;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cutting and packing (ring-protocol 4.2, 4.3), and the restart of unfinished messages (membership-protocol 7.2 step 4). */
class PackingQueueTest {
    private static final int BODY = PacketHeader.MAX_BODY;

    private final FailingAllocator allocator = new FailingAllocator();
    private final Backlog alice = new Backlog();
    private final PackingQueue queue = new PackingQueue(allocator, BODY, BODY, 10_000, Packing.WHOLE);

    @AfterEach
    void everyBufferIsGivenBack() {
        queue.close();
        assertThat(allocator.used()).isZero();
        assertThat(alice.bytes()).isZero();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void anImageOfOneBodyIsOneFragment() {
        add(PacketType.AGREED, BODY);
        assertThat(takeAll()).containsExactly("[-1:1432]");
    }

    @Test
    void aLongImageIsCutAtTheBodyLengthAndItsLastIndexIsNegative() {
        add(PacketType.AGREED, 3080);
        assertThat(takeAll()).containsExactly("[1:1432]", "[2:1432]", "[-3:216]");
    }

    @Test
    void smallMessagesShareAPacketUpToTheLastByte() {
        add(PacketType.FIFO, 700);
        add(PacketType.FIFO, BODY - 700 - 4);
        add(PacketType.FIFO, 100);
        assertThat(takeAll()).containsExactly("[-1:700][-1:728]", "[-1:100]");
    }

    @Test
    void paddingCountsAgainstTheRoom() {
        add(PacketType.FIFO, 701);
        add(PacketType.FIFO, BODY - 704 - 4 + 1);
        assertThat(takeAll()).containsExactly("[-1:701]", "[-1:725]");
    }

    @Test
    void fifoAndAgreedMayShareOthersMayNot() {
        add(PacketType.FIFO, 80);
        add(PacketType.AGREED, 80);
        add(PacketType.RELIABLE, 80);
        add(PacketType.RELIABLE, 80);
        add(PacketType.SAFE, 80);
        add(PacketType.FIFO, 80);
        assertThat(takeAll()).containsExactly("[-1:80][-1:80]", "[-1:80][-1:80]", "[-1:80]", "[-1:80]");
    }

    @Test
    void theEndOfALongMessageMayHaveCompanyItsOtherFragmentsNot() {
        add(PacketType.SAFE, 80);
        add(PacketType.SAFE, 1500);
        add(PacketType.SAFE, 80);
        assertThat(takeAll()).containsExactly("[-1:80]", "[1:1432]", "[-2:68][-1:80]");
    }

    /** A fragment whose message never ends makes C daemons abort (ring-protocol Q5). */
    @Test
    void aMessageThatMemoryEndsInLeavesNoFragmentWhicheverAllocationFails() {
        for (int n = 1; n <= 5; n++) {
            add(PacketType.SAFE, 80);
            allocator.failAt(n, 1);
            assertThatThrownBy(() -> add(PacketType.SAFE, 5 * BODY - 10)).isInstanceOf(OutOfMemoryError.class);
            allocator.recover();
            assertThat(queue.messages()).isEqualTo(1);
            assertThat(queue.bytes()).isEqualTo(alice.bytes()).isEqualTo(PacketHeader.MAX_PACKET);
            add(PacketType.SAFE, 80);
            assertThat(takeAll()).containsExactly("[-1:80][-1:80]");
            assertThat(queue.messages()).isZero();
            assertThat(queue.isMidMessage()).isFalse();
        }
    }

    @Test
    void aBacklogHoldsWhatEachHasWaitingUntilItIsSequencedWhole() {
        Backlog bob = new Backlog();
        ByteBuf image = Unpooled.wrappedBuffer(new byte[3000]);
        queue.add(bob, PacketType.FIFO, image, 0, 3000);
        queue.add(alice, PacketType.FIFO, image, 0, 100);
        assertThat(bob.bytes()).isEqualTo(3L * PacketHeader.MAX_PACKET);
        assertThat(alice.bytes()).isEqualTo(100);
        assertThat(queue.bytes()).isEqualTo(3L * PacketHeader.MAX_PACKET);
        queue.take().release();
        queue.take().release();
        assertThat(bob.bytes()).isEqualTo(3L * PacketHeader.MAX_PACKET);
        queue.restart();
        assertThat(takeAll()).hasSize(3);
        assertThat(bob.bytes()).isZero();
        assertThat(alice.bytes()).isZero();
    }

    @Test
    void manyMessagesKeepTheirSenders() {
        Backlog[] senders = new Backlog[7];
        for (int i = 0; i < senders.length; i++) {
            senders[i] = new Backlog();
        }
        ByteBuf image = Unpooled.wrappedBuffer(new byte[800]);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 1000; i++) {
                queue.add(senders[i % 7], i % 2 == 0 ? PacketType.SAFE : PacketType.FIFO, image, 0, 800);
            }
            for (int i = 0; i < 500; i++) {
                queue.take().release();
            }
        }
        assertThat(queue.messages()).isEqualTo(1500);
        assertThat(queue.bytes()).isEqualTo(1500L * PacketHeader.MAX_PACKET);
        assertThat(Arrays.stream(senders).mapToLong(Backlog::bytes).sum()).isEqualTo(queue.bytes());
        assertThat(takeAll()).hasSize(1500);
        assertThat(senders).allMatch(each -> each.bytes() == 0);
    }

    @Test
    void withoutPackingEachMessageHasItsPacket() {
        PackingQueue plain = new PackingQueue(allocator, BODY, BODY, 10_000, Packing.NONE);
        ByteBuf image = Images.of("x");
        plain.add(alice, PacketType.FIFO, image, 0, image.writerIndex());
        plain.add(alice, PacketType.FIFO, image, 0, image.writerIndex());
        assertThat(fragments(plain.take())).isEqualTo("[-1:81]");
        assertThat(fragments(plain.take())).isEqualTo("[-1:81]");
    }

    @Test
    void messagesAreCountedUntilTheirLastFragmentIsTaken() {
        add(PacketType.AGREED, 3080);
        add(PacketType.AGREED, 80);
        assertThat(queue.messages()).isEqualTo(2);
        take();
        take();
        assertThat(queue.messages()).isEqualTo(2);
        take();
        assertThat(queue.messages()).isZero();
    }

    @Test
    void anUnfinishedMessageStartsAgainFromItsFirstFragment() {
        add(PacketType.AGREED, 3080);
        add(PacketType.AGREED, 80);
        take();
        take();
        assertThat(queue.isMidMessage()).isTrue();
        queue.restart();
        assertThat(queue.isMidMessage()).isFalse();
        assertThat(takeAll()).containsExactly("[1:1432]", "[2:1432]", "[-3:216][-1:80]");
    }

    @Test
    void aFinishedMessageDoesNotStartAgain() {
        add(PacketType.AGREED, 3080);
        takeAll();
        queue.restart();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void clearDropsWhatWasNotBegun() {
        add(PacketType.AGREED, 3080);
        queue.clear();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.messages()).isZero();
    }

    @Test
    void clearLetsABegunMessageFinishAloneAndThenForgetsIt() {
        add(PacketType.AGREED, 3080);
        add(PacketType.AGREED, 80);
        take();
        queue.clear();
        add(PacketType.AGREED, 90);
        assertThat(takeAll()).containsExactly("[2:1432]", "[-3:216]", "[-1:90]");
    }

    @Test
    void aMessageGivenUpIsNotBegunAgain() {
        add(PacketType.AGREED, 3080);
        take();
        queue.clear();
        add(PacketType.AGREED, 90);
        queue.restart();
        assertThat(takeAll()).containsExactly("[-1:90]");
        assertThat(queue.messages()).isZero();
    }

    @Test
    void theQueueGrowsInOrder() {
        for (int i = 0; i < 1000; i++) {
            add(PacketType.AGREED, 1000 + i % 400);
            if (i % 3 == 0) {
                take();
            }
        }
        List<String> rest = takeAll();
        assertThat(rest).hasSize(1000 - 334);
        assertThat(rest.get(rest.size() - 1)).isEqualTo("[-1:1199]");
    }

    // ---- in rings without C daemons

    /** So that packets of a busy daemon are of one size and leave in runs (4.3). */
    @Test
    void aMessageBeginsInWhatAnotherLeaves() {
        PackingQueue full = full();
        add(full, PacketType.AGREED, 1000);
        add(full, PacketType.AGREED, 1000);
        add(full, PacketType.FIFO, 3000);
        add(full, PacketType.AGREED, 100);
        assertThat(takeAll(full))
                .containsExactly("[-1:1000][1:428]", "[-2:572][1:856]", "[2:1432]", "[-3:712][-1:100]");
        full.close();
    }

    @Test
    void aMessageDoesNotBeginInTooLittleNorBehindAnotherServiceNorWhereItMayOvertake() {
        PackingQueue full = full();
        add(full, PacketType.SAFE, BODY - 4 - 47);
        add(full, PacketType.SAFE, BODY);
        add(full, PacketType.AGREED, BODY - 4 - 48);
        add(full, PacketType.AGREED, BODY);
        add(full, PacketType.RELIABLE, 1000);
        add(full, PacketType.RELIABLE, 1000);
        add(full, PacketType.RELIABLE, 3000);
        assertThat(takeAll(full))
                .containsExactly(
                        "[-1:1381]",
                        "[-1:1432]",
                        "[-1:1380][1:48]",
                        "[-2:1384]",
                        "[-1:1000]",
                        "[-1:1000]",
                        "[1:1432]",
                        "[2:1432]",
                        "[-3:136]");
        full.close();
    }

    @Test
    void aMessageThatWouldHaveOneFragmentTooManyBeginsAPacketOfItsOwn() {
        PackingQueue three = new PackingQueue(allocator, BODY, BODY, 3, Packing.BEGUN);
        add(three, PacketType.AGREED, 1000);
        add(three, PacketType.AGREED, 3 * BODY);
        add(three, PacketType.AGREED, 1000);
        add(three, PacketType.AGREED, 428 + 2 * BODY);
        assertThat(takeAll(three))
                .containsExactly(
                        "[-1:1000]", "[1:1432]", "[2:1432]", "[-3:1432]", "[-1:1000][1:428]", "[2:1432]", "[-3:1432]");
        three.close();
    }

    @Test
    void aMessageThatStartsAgainLeavesTheCompanyOfItsFirstFragmentBehind() {
        PackingQueue full = full();
        add(full, PacketType.AGREED, 1000);
        add(full, PacketType.AGREED, 3000);
        add(full, PacketType.AGREED, 100);
        assertThat(take(full)).isEqualTo("[-1:1000][1:428]");
        assertThat(full.isMidMessage()).isTrue();
        full.restart();
        full.audit();
        assertThat(take(full)).isEqualTo("[1:428]");
        assertThat(take(full)).isEqualTo("[2:1432]");
        full.restart();
        assertThat(takeAll(full)).containsExactly("[1:428]", "[2:1432]", "[-3:1140][-1:100]");
        assertThat(full.messages()).isZero();
        full.restart();
        assertThat(full.isEmpty()).isTrue();
        full.close();
    }

    @Test
    void clearLetsAMessageFinishThatWasBegunBehindAnother() {
        PackingQueue full = full();
        add(full, PacketType.AGREED, 1000);
        add(full, PacketType.AGREED, 1000);
        add(full, PacketType.AGREED, 1000);
        take(full);
        full.clear();
        add(full, PacketType.AGREED, 90);
        assertThat(takeAll(full)).containsExactly("[-2:572]", "[-1:90]");
        full.close();
    }

    @Test
    void whatMemoryEndsInLeavesNothingBehindAnotherMessage() {
        PackingQueue full = full();
        for (int n = 1; n <= 3; n++) {
            add(full, PacketType.SAFE, 1000);
            allocator.failAt(n, 1);
            assertThatThrownBy(() -> add(full, PacketType.SAFE, 428 + 3 * BODY)).isInstanceOf(OutOfMemoryError.class);
            allocator.recover();
            full.audit();
            assertThat(takeAll(full)).containsExactly("[-1:1000]");
        }
        full.close();
    }

    private PackingQueue full() {
        return new PackingQueue(allocator, BODY, BODY, 10_000, Packing.BEGUN);
    }

    /** As over IPv6, or in a sealed ring: smaller packets, but no message is refused for that (4.2). */
    @Test
    void fragmentsAreOfTheSmallerSizeUnlessTheyWouldBeTooMany() {
        PackingQueue narrow = new PackingQueue(allocator, 1400, BODY, 100, Packing.WHOLE);
        for (int length : new int[] {1400, 1401, 1400 * 100, 1400 * 100 + 1, BODY * 100 - 1}) {
            ByteBuf image = allocator.buffer(length).writeZero(length);
            narrow.add(alice, PacketType.AGREED, image, 0, length);
            image.release();
            int fragments = 0;
            int bytes = 0;
            while (!narrow.isEmpty()) {
                ByteBuf packet = narrow.take();
                int body = packet.readableBytes() - PacketHeader.LENGTH;
                assertThat(body).isLessThanOrEqualTo(length <= 1400 * 100 ? 1400 : BODY);
                fragments++;
                bytes += body;
                packet.release();
            }
            assertThat(bytes).isEqualTo(length);
            assertThat(fragments).isLessThanOrEqualTo(100);
        }
        narrow.close();
    }

    @Test
    void moreThanTenThousandFragmentsDoNotFit() {
        assertThat(queue.fits(BODY * 10_000 - 1)).isTrue();
        assertThat(queue.fits(BODY * 10_000 + 1)).isFalse();
        assertThat(queue.fits(0)).isFalse();
        assertThat(new PackingQueue(allocator, 100, 100, 10_000, Packing.WHOLE).fits(1_000_001))
                .isFalse();
    }

    private void add(int service, int length) {
        add(queue, service, length);
    }

    private void add(PackingQueue queue, int service, int length) {
        ByteBuf image = Images.of(Images.body("m", Math.max(0, length - Images.OVERHEAD)));
        image.writeZero(Math.max(0, length - image.writerIndex()));
        queue.add(alice, service, image, 0, length);
    }

    private String take() {
        return take(queue);
    }

    private static String take(PackingQueue queue) {
        return fragments(queue.take());
    }

    private List<String> takeAll() {
        return takeAll(queue);
    }

    private static List<String> takeAll(PackingQueue queue) {
        List<String> taken = new ArrayList<>();
        while (!queue.isEmpty()) {
            taken.add(take(queue));
        }
        return taken;
    }

    private static String fragments(ByteBuf packet) {
        StringBuilder text = new StringBuilder();
        for (Datagram.Fragment each : Datagram.Packet.decode(packet).fragments()) {
            text.append('[')
                    .append(each.index())
                    .append(':')
                    .append(each.length())
                    .append(']');
        }
        packet.release();
        return text.toString();
    }
}
