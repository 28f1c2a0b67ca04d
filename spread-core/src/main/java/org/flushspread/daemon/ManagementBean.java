package org.flushspread.daemon;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.flushspread.config.Daemon;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A daemon in the table of this process that management tools read. */
final class ManagementBean extends StandardMBean implements DaemonMXBean, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpreadDaemon.class);

    private final SpreadDaemon daemon;
    private final ObjectName name;

    private ManagementBean(SpreadDaemon daemon, ObjectName name) {
        super(DaemonMXBean.class, true);
        this.daemon = daemon;
        this.name = name;
    }

    /** Puts a daemon in the table; null if it cannot be, or another one of its name and address is there. */
    static @Nullable ManagementBean register(SpreadDaemon daemon) {
        try {
            Daemon me = daemon.me();
            String id = me.name() + "@" + me.address() + ":" + me.port();
            ObjectName name = new ObjectName("org.flushspread:type=Daemon,name=" + ObjectName.quote(id));
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            if (server.isRegistered(name)) {
                return null;
            }
            ManagementBean bean = new ManagementBean(daemon, name);
            server.registerMBean(bean, name);
            return bean;
        } catch (JMException e) {
            LOG.warn("the daemon is not visible to management tools: {}", e.getMessage());
            return null;
        }
    }

    /** Takes it out again. */
    @Override
    public void close() {
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
        } catch (JMException e) {
            LOG.debug("was not registered: {}", e.getMessage());
        }
    }

    @Override
    public String getName() {
        return daemon.name();
    }

    @Override
    public List<String> getListening() {
        return daemon.listening();
    }

    @Override
    public List<String> getMembership() {
        return daemon.membership();
    }

    @Override
    public int getConnections() {
        return daemon.metrics().connections();
    }

    @Override
    public Map<String, Long> getCounters() {
        return daemon.metrics().counters();
    }

    @Override
    public Map<String, Long> getRefused() {
        return daemon.metrics().refused();
    }
}
