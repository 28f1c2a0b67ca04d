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
final class ManagementBean implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpreadDaemon.class);

    private final SpreadDaemon daemon;
    private final Thread registering;
    private volatile @Nullable ObjectName name;

    private ManagementBean(SpreadDaemon daemon) {
        this.daemon = daemon;
        registering = new Thread(this::register, "spread-" + daemon.name() + "-management");
        registering.setDaemon(true);
    }

    /**
     * Puts a daemon in the table, unless another one of its name and address is there; in a thread of its own, for to make that table takes
     * the JVM nearly as long as all else that a daemon does before it serves clients.
     */
    static ManagementBean registerSoon(SpreadDaemon daemon) {
        ManagementBean bean = new ManagementBean(daemon);
        bean.registering.start();
        return bean;
    }

    private void register() {
        try {
            Daemon me = daemon.me();
            String id = me.name() + "@" + me.address() + ":" + me.port();
            ObjectName wanted = new ObjectName("org.flushspread:type=Daemon,name=" + ObjectName.quote(id));
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            if (!server.isRegistered(wanted)) {
                server.registerMBean(new Figures(daemon), wanted);
                name = wanted;
            }
        } catch (JMException e) {
            LOG.warn("the daemon is not visible to management tools: {}", e.getMessage());
        }
    }

    /** Takes it out again. */
    @Override
    public void close() {
        awaitRegistration();
        ObjectName known = name;
        if (known == null) {
            return;
        }
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(known);
        } catch (JMException e) {
            LOG.debug("was not registered: {}", e.getMessage());
        }
    }

    private void awaitRegistration() {
        boolean interrupted = false;
        while (registering.isAlive()) {
            try {
                registering.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the tools see. */
    private static final class Figures extends StandardMBean implements DaemonMXBean {
        private final SpreadDaemon daemon;

        Figures(SpreadDaemon daemon) {
            super(DaemonMXBean.class, true);
            this.daemon = daemon;
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
}
