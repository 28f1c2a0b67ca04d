package org.flushspread;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that left a buffer behind. Netty's leak detection finds a buffer only when the collector has found it first, as a
 * rule in some later class and often never; so the collector runs after each class that made any, and the class is named that the leak
 * belongs to.
 * Registered for every test class by the service loader.
 */
public final class Leaks implements AfterAllCallback {
    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

    /** Collections until a buffer that was thrown away is reported: the detector looks at what was collected when the next one is tracked. */
    private static final int ROUNDS = 2;

    private static final long PATIENCE_MILLIS = 2000;

    /** A buffer was made since the last collection. */
    private static volatile boolean used;

    static {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @SuppressWarnings("deprecation") // abstract all the same
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    Class<T> resource, int samplingInterval, long maxActive) {
                return new ResourceLeakDetector<>(resource, samplingInterval) {
                    @Override
                    public ResourceLeakTracker<T> track(T made) {
                        if (!used) {
                            used = true;
                        }
                        return super.track(made);
                    }

                    @Override
                    protected boolean needReport() {
                        return true;
                    }

                    @Override
                    protected void reportTracedLeak(String type, String records) {
                        FOUND.add(type + records);
                    }

                    @Override
                    protected void reportUntracedLeak(String type) {
                        FOUND.add(type);
                    }
                };
            }
        });
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        if (context.getParent().flatMap(ExtensionContext::getTestClass).isPresent()) {
            return; // a nested class: its outer one is asked
        }
        if (!used) {
            return;
        }
        List<String> found = found();
        used = false;
        if (!found.isEmpty()) {
            throw new AssertionError(found.size() + " buffers were not released in " + context.getDisplayName()
                    + " (or in a class before it that threads outlived):\n" + String.join("\n", found));
        }
    }

    /** What was reported since the last call, after a collection. */
    static List<String> found() throws InterruptedException {
        for (int i = 0; i < ROUNDS; i++) {
            collect();
            PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
        }
        List<String> found = new ArrayList<>();
        for (String each = FOUND.poll(); each != null; each = FOUND.poll()) {
            found.add(each);
        }
        return found;
    }

    private static void collect() throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        WeakReference<Object> sentinel = new WeakReference<>(new Object(), queue);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        do {
            System.gc();
        } while (queue.remove(PATIENCE_MILLIS / 10) != sentinel && System.nanoTime() - deadline < 0);
    }
}
