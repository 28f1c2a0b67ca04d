package org.flushspread.tools.monitor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.flushspread.JavaProgram;
import org.flushspread.interop.Programs;
import org.junit.jupiter.api.Assumptions;

/**
 * Hosts in network namespaces around one bridge; nothing of them shows outside, so that several such networks, of equal addresses, stand
 * beside each other. Needs root, ip and tc, else the test is skipped.
 */
final class Hosts implements AutoCloseable {
    private static final AtomicInteger MADE = new AtomicInteger();
    private static final String NET = "10.219.0.";
    static final String GROUP = "239.219.0.1";

    private final String network = "monitor" + ProcessHandle.current().pid() + "n" + MADE.getAndIncrement();
    private final int size;

    Hosts(int size) {
        this.size = size;
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name"))
                        && Programs.succeeds("ip", "netns", "add", network + "br"),
                "needs root and the ip command to make network namespaces");
        try {
            Programs.run("ip", "-n", network + "br", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
            Programs.run("ip", "-n", network + "br", "link", "set", "br0", "up");
            for (int i = 0; i < size; i++) {
                make(i);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void make(int i) {
        Programs.run("ip", "netns", "add", name(i));
        Programs.run("ip", "-n", name(i), "link", "set", "lo", "up");
        Programs.run(
                "ip",
                "-n",
                name(i),
                "link",
                "add",
                "eth0",
                "type",
                "veth",
                "peer",
                "name",
                "p" + i,
                "netns",
                network + "br");
        Programs.run("ip", "-n", network + "br", "link", "set", "p" + i, "master", "br0", "up");
        Programs.run("ip", "-n", name(i), "addr", "add", address(i) + "/24", "brd", "+", "dev", "eth0");
        Programs.run("ip", "-n", name(i), "link", "set", "eth0", "up");
        Programs.run("ip", "-n", name(i), "route", "add", "224.0.0.0/4", "dev", "eth0");
        Programs.run("tc", "-n", name(i), "qdisc", "add", "dev", "eth0", "clsact");
    }

    private String name(int host) {
        return network + "h" + (host + 1);
    }

    static String address(int host) {
        return NET + (host + 1);
    }

    /** What a host drops of the UDP that comes to it; null and 0 stand for any. */
    static final class Drop {
        private final List<String> tests = new ArrayList<>();

        Drop from(int host) {
            return test("32 0 0 26", number(address(host)));
        }

        Drop to(String address) {
            return test("32 0 0 30", number(address));
        }

        Drop port(int port) {
            return test("40 0 0 36", port);
        }

        private Drop test(String load, long value) {
            tests.add(load);
            tests.add(Long.toString(value));
            return this;
        }

        /** Classic BPF at the ingress, see tc-bpf. */
        String program() {
            List<String> all = new ArrayList<>(List.of("40 0 0 12", "2048", "48 0 0 23", "17"));
            all.addAll(tests);
            int length = all.size() + 2;
            StringBuilder text = new StringBuilder().append(length);
            for (int i = 0; i < all.size(); i += 2) {
                text.append(',').append(all.get(i));
                text.append(",21 0 ")
                        .append(length - 1 - (i + 1) - 1)
                        .append(' ')
                        .append(all.get(i + 1));
            }
            return text.append(",6 0 0 2,6 0 0 0").toString();
        }

        private static long number(String address) {
            long number = 0;
            for (String each : address.split("\\.")) {
                number = number << 8 | Integer.parseInt(each);
            }
            return number;
        }
    }

    void drop(int at, Drop what) {
        Programs.run(
                "tc",
                "-n",
                name(at),
                "filter",
                "add",
                "dev",
                "eth0",
                "ingress",
                "bpf",
                "da",
                "bytecode",
                what.program());
    }

    /** A host sends so many datagrams to a closed port of another that this one says nothing of it any more for a while. */
    void tire(int by, int host, int port) {
        Programs.run(
                "ip",
                "netns",
                "exec",
                name(by),
                "bash",
                "-c",
                "for i in {1..20}; do echo > /dev/udp/" + address(host) + "/" + port + "; done");
    }

    void mtu(int host, int bytes) {
        Programs.run("ip", "-n", name(host), "link", "set", "eth0", "mtu", Integer.toString(bytes));
    }

    /** What /etc/hosts says there. */
    void hosts(int host, String text) {
        try {
            Path directory = Files.createDirectories(Path.of("/etc/netns", name(host)));
            Files.writeString(directory.resolve("hosts"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** No fault is left. */
    void mend() {
        for (int i = 0; i < size; i++) {
            Programs.succeeds("tc", "-n", name(i), "filter", "del", "dev", "eth0", "ingress");
            mtu(i, 1500);
            forgetHosts(i);
        }
    }

    private void forgetHosts(int host) {
        try {
            Files.deleteIfExists(Path.of("/etc/netns", name(host), "hosts"));
            Files.deleteIfExists(Path.of("/etc/netns", name(host)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command line of a Java program on a host. */
    List<String> java(int host, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", name(host)));
        command.addAll(JavaProgram.OF_TESTS.command(
                main.getName(), "-Xmx160m", "-XX:MaxDirectMemorySize=256m", "-Dio.netty.allocator.type=pooled"));
        command.addAll(arguments);
        return command;
    }

    /** The processes on the hosts must have ended. */
    @Override
    public void close() {
        for (int i = 0; i < size; i++) {
            forgetHosts(i);
            Programs.succeeds("ip", "netns", "del", name(i));
        }
        Programs.succeeds("ip", "netns", "del", network + "br");
    }
}
