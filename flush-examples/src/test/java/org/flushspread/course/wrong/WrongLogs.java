package org.flushspread.course.wrong;

import java.util.Map;
import org.flushspread.course.solution.Log;

/** Log mergers as beginners build them. */
public final class WrongLogs {
    private WrongLogs() {}

    /** Sorts by author: causes and effects stand anywhere. */
    public static final class SortsByAuthor extends Log {
        @Override
        protected long stamp() {
            return 0;
        }
    }

    /** Trusts the clocks of machines. */
    public static final class TrustsClocks extends Log {
        @Override
        protected long stamp() {
            return place().clockMillis();
        }
    }

    /** Counts what it has written itself: its clock does not learn from others. */
    public static final class CountsOwnEntries extends Log {
        private long own;

        @Override
        protected long stamp() {
            return ++own;
        }
    }

    /** What was written while servers were apart stays there. */
    public static final class NeverMerges extends Log {
        @Override
        protected void merge(Map<String, String> states) {}
    }
}
