package org.flushspread.course.wrong;

import org.flushspread.client.Service;
import org.flushspread.course.solution.Lock;

/** Lock services as beginners build them. */
public final class WrongLocks {
    private WrongLocks() {}

    /** A holder that has died keeps the lock. */
    public static final class SurvivesTheHolder extends Lock {
        @Override
        protected void removeAbsent() {}
    }

    /** Whoever is cut off grants the lock to itself. */
    public static final class GrantsAlone extends Lock {
        @Override
        protected boolean isMajority(int members) {
            return members > 0;
        }
    }

    /** In a new view the queue is forgotten, and numbers begin again. */
    public static final class BeginsAgain extends Lock {
        @Override
        protected void adopt(String state) {
            queue.clear();
            grants = 0;
        }
    }

    /** Grants when its own message has come back, which nobody else may have got. */
    public static final class GrantsTooEarly extends Lock {
        @Override
        protected Service service() {
            return Service.AGREED;
        }
    }
}
