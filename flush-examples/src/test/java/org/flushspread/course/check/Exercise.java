package org.flushspread.course.check;

import java.util.function.Supplier;
import org.flushspread.course.world.Level;

/**
 * An exercise and its checker.
 *
 * @param number by which it is called, from 1
 * @param program simple name of the class that the learner writes, the same as that of its interface
 * @param title what is to be built
 * @param type what the learner's class has to be
 * @param check runs one story
 */
public record Exercise(int number, String program, String title, Class<?> type, Check check) {
    /** Runs programs in one world. */
    public interface Check {
        /** @throws org.flushspread.course.world.BrokenPromise if a promise is broken */
        void run(Supplier<?> programs, Level level, long seed);
    }
}
