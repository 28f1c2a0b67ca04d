package org.flushspread.kernel.session;

/** What may wait for all clients together (client-protocol 6.4). */
final class OutputBudget {
    /** Memory of the queues, in bytes. */
    final Budget memory;
    /** Messages in them. */
    final Budget messages;

    OutputBudget(long mostBytes, long mostMessages) {
        memory = new Budget(mostBytes);
        messages = new Budget(mostMessages);
    }

    boolean isExceeded() {
        return memory.isExceeded() || messages.isExceeded();
    }

    /** True if there is at least this part of one of both. */
    boolean isAbove(int part) {
        return memory.isAbove(part) || messages.isAbove(part);
    }

    QueueFigures figures() {
        return new QueueFigures(messages.used(), messages.most(), memory.used(), memory.most());
    }

    /** For a person. */
    @Override
    public String toString() {
        return messages.used() + " messages of " + messages.most() + ", " + memory.used() + " bytes of "
                + memory.most();
    }
}
