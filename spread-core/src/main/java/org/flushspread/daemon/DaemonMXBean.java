package org.flushspread.daemon;

import java.util.List;
import java.util.Map;

/** A daemon as management tools see it: {@code org.flushspread:type=Daemon,name="..."}. See {@link DaemonMetrics}. */
public interface DaemonMXBean {
    String getName();

    List<String> getListening();

    List<String> getMembership();

    int getConnections();

    Map<String, Long> getCounters();

    Map<String, Long> getRefused();
}
