package org.flushspread.kernel.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.Name;
import org.junit.jupiter.api.Test;

class SessionNamesTest {
    @Test
    void itHoldsWhatAMapHolds() {
        SessionBench bench = new SessionBench();
        SplittableRandom random = new SplittableRandom(1);
        SessionNames names = new SessionNames(77);
        Map<Name, ClientSession> model = new HashMap<>();
        ByteBuf slot = Unpooled.buffer(Name.SLOT);
        for (int i = 0; i < 20_000; i++) {
            Name name = Name.of("#" + random.nextInt(600) + "#d1");
            ClientSession there = model.get(name);
            if (there != null && random.nextBoolean()) {
                names.remove(there);
                model.remove(name);
            } else if (there == null) {
                ClientSession session = new ClientSession(
                        i, 0, bench, null, UnpooledByteBufAllocator.DEFAULT, new OutputBudget(1, 1), new Budget(1));
                session.name(name, false);
                names.add(session);
                model.put(name, session);
            }
            assertThat(names.find(name)).isSameAs(model.get(name));
            Name other = Name.of("#" + random.nextInt(600) + "#d1");
            slot.clear();
            other.write(slot);
            assertThat(names.find(slot, 0)).isSameAs(model.get(other));
        }
        List<Session> all = new ArrayList<>(model.values());
        all.forEach(each -> names.remove((ClientSession) each));
        model.keySet().forEach(each -> assertThat(names.find(each)).isNull());
    }
}
