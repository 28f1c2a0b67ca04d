package org.flushspread.course.wrong;

import org.flushspread.course.solution.Worker;

/** Ways to share out work as beginners build them. */
public final class WrongWorkers {
    private WrongWorkers() {}

    /** In a partition there are two leaders, and each has all jobs done. */
    public static final class TwoLeaders extends Worker {
        @Override
        protected boolean isMajority(int members) {
            return members > 0;
        }
    }

    /** Jobs of somebody who has died are never done. */
    public static final class WaitsForTheDead extends Worker {
        @Override
        protected boolean isStillAt(String job, String worker) {
            return true;
        }
    }

    /** Each new view shares out all jobs again. */
    public static final class SharesOutAgain extends Worker {
        @Override
        protected boolean isStillAt(String job, String worker) {
            return false;
        }
    }

    /** The leader does everything itself. */
    public static final class LeaderDoesAll extends Worker {
        @Override
        protected String choose(int number) {
            return place().me();
        }
    }
}
