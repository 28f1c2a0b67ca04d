package org.flushspread.bench.peers;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flushspread.bench.services.Place;
import org.flushspread.bench.services.ReplicatedService;

/** etcd as it is installed (the command {@code etcd}), with a put of a key for each command, used by the client jetcd. */
public final class Etcd implements ReplicatedService {
    private static String url(Place place, int index, int kind) {
        return "http://127.0.0.1:" + (place.port() + 2 * index + kind);
    }

    @Override
    public int servers() {
        return Place.MEMBERS;
    }

    @Override
    public void serve(int index, Place place) throws Exception {
        List<String> cluster = new ArrayList<>();
        for (int i = 0; i < Place.MEMBERS; i++) {
            cluster.add("n" + i + "=" + url(place, i, 1));
        }
        Path directory = place.of(index);
        Process process = new ProcessBuilder(
                        "etcd",
                        "--name=n" + index,
                        "--data-dir=" + directory.resolve("data"),
                        "--listen-client-urls=" + url(place, index, 0),
                        "--advertise-client-urls=" + url(place, index, 0),
                        "--listen-peer-urls=" + url(place, index, 1),
                        "--initial-advertise-peer-urls=" + url(place, index, 1),
                        "--initial-cluster=" + String.join(",", cluster),
                        "--initial-cluster-state=new",
                        "--logger=zap",
                        "--log-level=error")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("words").toFile())
                .start();
        // It must not outlive this process, which may be killed.
        new ProcessBuilder(
                        "sh",
                        "-c",
                        "while kill -0 " + ProcessHandle.current().pid() + " 2>/dev/null; do sleep 0.2; done; kill -9 "
                                + process.pid())
                .start();
    }

    @Override
    public Submitter connect(Place place) throws Exception {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < Place.MEMBERS; i++) {
            all.add(url(place, i, 0));
        }
        Client client = Client.builder().endpoints(all.toArray(String[]::new)).build();
        KV store = client.getKVClient();
        ByteSequence key = ByteSequence.from("bench", StandardCharsets.UTF_8);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                store.put(key, key).get(5, TimeUnit.SECONDS);
                break;
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
            }
        }
        return new Submitter() {
            @Override
            public CompletableFuture<?> submit(byte[] command) {
                return store.put(key, ByteSequence.from(command));
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }
}
