package org.flushspread.bench.services;

import java.util.concurrent.CompletableFuture;

/** A system that applies commands at three members in one order. Made anew in each process, with a constructor without arguments. */
public interface ReplicatedService {
    /** An instance of the class of this name. */
    static ReplicatedService of(String implementation) throws ReflectiveOperationException {
        return Class.forName(implementation)
                .asSubclass(ReplicatedService.class)
                .getDeclaredConstructor()
                .newInstance();
    }

    /** Members that have processes of their own; two where the program that loads the service is the third. */
    int servers();

    /** Serves as a member; returns when it has started. The process goes on until it is ended. */
    void serve(int index, Place place) throws Exception;

    /** How a program uses the service, once it answers. */
    Submitter connect(Place place) throws Exception;

    /** Submits commands; for one thread. */
    interface Submitter extends AutoCloseable {
        /** Completes when the command has been applied and, where the place is durable, is on the disks that the system waits for. */
        CompletableFuture<?> submit(byte[] command) throws Exception;

        /** Commands on their way at the most. */
        default int mostOutstanding() {
            return Integer.MAX_VALUE;
        }

        @Override
        void close();
    }
}
