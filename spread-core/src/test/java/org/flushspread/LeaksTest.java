package org.flushspread;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaksTest {
    @Test
    void aBufferThatNobodyReleasedIsFoundAfterItsClass() throws InterruptedException {
        throwAway();
        List<String> found = Leaks.found();
        assertThat(found).singleElement().asString().contains("throwAway");
    }

    private static void throwAway() {
        PooledByteBufAllocator.DEFAULT.directBuffer(8).writeLong(1);
    }

    @Test
    void aReleasedOneIsNot() throws InterruptedException {
        PooledByteBufAllocator.DEFAULT.directBuffer(8).release();
        assertThat(Leaks.found()).isEmpty();
    }
}
