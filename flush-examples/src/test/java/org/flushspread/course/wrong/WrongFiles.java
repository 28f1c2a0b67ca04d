package org.flushspread.course.wrong;

import org.flushspread.client.Service;
import org.flushspread.course.solution.Files;

/** File services as beginners build them. */
public final class WrongFiles {
    private WrongFiles() {}

    /** Tells the user before the others have the file. */
    public static final class DoneAtOnce extends Files {
        @Override
        public void write(String name, String content, Runnable done) {
            super.write(name, content, done);
            done.run();
        }
    }

    /** Whoever takes over begins with nothing. */
    public static final class TakesOverEmpty extends Files {
        @Override
        protected String state() {
            return super.state().lines().findFirst().orElse("0");
        }
    }

    /** A server that is cut off thinks that all others have died. */
    public static final class ActiveAlone extends Files {
        @Override
        protected boolean isMajority(int members) {
            return members > 0;
        }
    }

    /** Is done when its own message has come back, which nobody else may have got. */
    public static final class DoneTooEarly extends Files {
        @Override
        protected Service service() {
            return Service.AGREED;
        }
    }

    /** Whoever comes back writes what it could not write when it was cut off, over what was written since. */
    public static final class WritesLate extends Files {
        @Override
        protected void forget() {}
    }
}
