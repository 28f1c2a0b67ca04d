package org.flushspread.simulation;

import org.flushspread.kernel.base.Event;

/** What a host tells whoever judges the run. */
public interface Watch {
    void started(Host host);

    void crashed(Host host);

    /** A crashed or stopped kernel gave back its buffers, but for {@code bytes}. */
    void released(Host host, long bytes);

    void turned(Host host);

    void reported(Host host, Event event);
}
