package org.flushspread.kernel.membership;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Ports;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Route;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.IpAddress;

/** Keeps what a kernel sends and reports. */
class FakePorts implements Ports {
    /** A datagram and where it went. */
    record Sent(Route to, ByteBuf bytes) {}

    final List<Sent> sent = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    /** Told each {@link Sent} and {@link Event}, in order. */
    Consumer<Object> listener = each -> {};

    @Override
    public void send(Route to, ByteBuf datagram) {
        Sent copy = new Sent(to, Unpooled.copiedBuffer(datagram));
        sent.add(copy);
        listener.accept(copy);
    }

    @Override
    public void reply(IpAddress address, int port, ByteBuf datagram) {
        throw new AssertionError("no monitor here");
    }

    @Override
    public void write(Session to, ByteBuf bytes) {
        throw new AssertionError("no client here");
    }

    @Override
    public void reading(Session session, boolean on) {}

    @Override
    public void accepting(boolean on) {}

    @Override
    public void authenticate(Session session, String method, ByteBuf said) {}

    @Override
    public void close(Session session, Reason why) {}

    @Override
    public void configured(Configuration now) {}

    @Override
    public void report(Event event) {
        events.add(event);
        listener.accept(event);
    }

    /** What was sent since the last call. */
    List<Sent> take() {
        List<Sent> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }
}
