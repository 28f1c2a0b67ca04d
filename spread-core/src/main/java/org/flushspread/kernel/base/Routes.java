package org.flushspread.kernel.base;

import com.google.common.collect.ImmutableList;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;

/** The routes of one configuration. */
public final class Routes {
    private final Route[] data;
    private final Route[] token;
    private final Route[] segment;

    public Routes(Configuration configuration) {
        data = new Route[configuration.daemons().size()];
        token = new Route[data.length];
        for (Daemon each : configuration.daemons()) {
            data[each.index()] =
                    new Route(Route.Kind.DATA, each.index(), ImmutableList.of(each.address()), each.port());
            token[each.index()] =
                    new Route(Route.Kind.TOKEN, each.index(), ImmutableList.of(each.address()), each.tokenPort());
        }
        segment = new Route[configuration.segments().size()];
        for (Segment each : configuration.segments()) {
            segment[each.index()] = new Route(Route.Kind.SEGMENT, each.index(), each.addresses(), each.port());
        }
    }

    public Route data(Daemon daemon) {
        return data[daemon.index()];
    }

    public Route token(Daemon daemon) {
        return token[daemon.index()];
    }

    public Route segment(int index) {
        return segment[index];
    }
}
