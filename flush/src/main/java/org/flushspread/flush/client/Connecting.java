package org.flushspread.flush.client;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads on which clients connect, which may take as long as a daemon does not answer. A few for all clients, and none without need. */
final class Connecting {
    private static final int THREADS = 4;
    private static final ThreadPoolExecutor POOL = pool();

    private Connecting() {}

    private static ThreadPoolExecutor pool() {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(THREADS, THREADS, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), body -> {
                    Thread thread = new Thread(body, "replica client connects");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Each client has one task here at the most. */
    static void run(Runnable task) {
        POOL.execute(task);
    }
}
