package org.flushspread.course.api;

import java.util.Set;

/** Exercise 8: jobs are shared out by a leader. */
public interface Worker extends Program {
    /** Where jobs are done. Doing one takes a while, during which other things happen. */
    interface Workshop {
        /** Begins a job; {@code done} is run when it is finished. */
        void execute(String job, Runnable done);
    }

    /** Called once, before {@link #start}. */
    void open(Workshop workshop);

    /** A user brings a job to this server. No two jobs are equal. */
    void submit(String job);

    /** The jobs that this server knows to be finished. */
    Set<String> finished();
}
