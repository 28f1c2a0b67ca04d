package org.flushspread.kernel;

/** The sockets and clocks a {@link Turn} reads from. Implemented by the Netty shell and by the simulator. */
public interface Inputs {
    /** Monotonic nanoseconds; read several times in a turn. */
    long nanoTime();

    /** Wall clock in seconds. */
    int epochSeconds();

    /** Hands every datagram that waits on the data sockets to {@link Kernel#data}, until they are empty. */
    void data(Kernel kernel);

    /** Hands one waiting token to {@link Kernel#token}; false if none waits. */
    boolean token(Kernel kernel);

    /** Reads each client that has bytes once and hands them to {@link Kernel#bytes}. */
    void clients(Kernel kernel);
}
