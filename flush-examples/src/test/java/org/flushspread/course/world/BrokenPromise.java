package org.flushspread.course.world;

import java.util.List;

/** A program has not held what it promised, in words. */
public final class BrokenPromise extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String promise;
    private final List<String> order;

    /**
     * @param promise what was promised
     * @param happened what happened, and at which member
     * @param order of the events before, one a line
     */
    public BrokenPromise(String promise, String happened, List<String> order) {
        super(happened);
        this.promise = promise;
        this.order = List.copyOf(order);
    }

    public String promise() {
        return promise;
    }

    public List<String> order() {
        return order;
    }
}
