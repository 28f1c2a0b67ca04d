package org.flushspread.course;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.flushspread.course.check.Exercise;
import org.flushspread.course.check.Exercises;
import org.flushspread.course.world.BrokenPromise;
import org.flushspread.course.world.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The checkers of the course pass what is right, and find what is wrong. */
@Tag("hunt")
class CourseTest {
    private static final Path PAGES = Path.of("../spec/course");

    static Stream<Exercise> exercises() {
        return Exercises.all().stream();
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void aSolutionKeepsItsPromisesAtAllLevels(Exercise exercise) throws Exception {
        Supplier<?> programs = programs(exercise, "solution." + exercise.program());
        for (Level level : Level.values()) {
            for (long seed = 1; seed <= 2; seed++) {
                BrokenPromise broken = broken(exercise, programs, level, seed);
                if (broken != null) {
                    fail("level " + level + ", seed " + seed + ": " + broken.promise() + ": " + broken.getMessage()
                            + "\n" + String.join("\n", broken.order()));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void aBeginningIsToldWhatItBrokeInACalmWorld(Exercise exercise) throws Exception {
        BrokenPromise broken = broken(exercise, programs(exercise, "starter." + exercise.program()), Level.CALM, 1);
        assertThat(broken).isNotNull();
        assertThat(broken.order()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    1 | WrongBanks$AppliesTwice       | 1 | sent again does nothing
                    1 | WrongBanks$ForgetsRequests    | 2 | have loaded the state of another
                    1 | WrongBanks$MakesMoney         | 1 | a command does what it says
                    1 | WrongBanks$ForgetsRefusals    | 3 | sent again does nothing
                    1 | WrongBanks$LooksAtTheClock    | 1 | a command does what it says
                    2 | WrongLocks$SurvivesTheHolder  | 2 | who waits for the lock gets it
                    2 | WrongLocks$GrantsAlone        | 1 | without most of all servers
                    2 | WrongLocks$BeginsAgain        | 1 | greater number than all before
                    2 | WrongLocks$GrantsTooEarly     | 3 | greater number than all before
                    3 | WrongGames$AcceptsAtOnce      | 1 | most of all servers
                    3 | WrongGames$TakesMovesTwice    | 2 | no move is made twice
                    3 | WrongGames$PlaysAlone         | 1 | most of all servers
                    3 | WrongGames$AcceptsTooEarly    | 4 | on all boards for ever
                    3 | WrongGames$KeepsItsBoard      | 2 | on all boards for ever
                    4 | WrongChats$LosesHistory       | 1 | what one screen shows
                    4 | WrongChats$EchoesAtOnce       | 1 | the same order
                    4 | WrongChats$TakesTheLongest    | 3 | stay where they are
                    4 | WrongChats$SortsMissedLines   | 1 | the order in which they were said
                    5 | WrongLogs$SortsByAuthor       | 1 | stands behind that
                    5 | WrongLogs$TrustsClocks        | 1 | stands behind that
                    5 | WrongLogs$CountsOwnEntries    | 1 | stands behind that
                    5 | WrongLogs$NeverMerges         | 3 | in the end
                    6 | WrongFiles$DoneAtOnce         | 3 | what a user was told to be done
                    6 | WrongFiles$TakesOverEmpty     | 1 | what a user was told to be done
                    6 | WrongFiles$ActiveAlone        | 1 | active only where most
                    6 | WrongFiles$DoneTooEarly       | 3 | what a user was told to be done
                    6 | WrongFiles$WritesLate         | 3 | what a user was told to be done
                    7 | WrongMails$AnyOrder           | 3 | one that its author knew
                    7 | WrongMails$SortsMissedLetters | 1 | one that its author knew
                    7 | WrongMails$LastLetterFirst    | 3 | one that its author knew
                    7 | WrongMails$KeepsItsOwn        | 1 | one that its author knew
                    8 | WrongWorkers$TwoLeaders       | 3 | without most of all servers
                    8 | WrongWorkers$WaitsForTheDead  | 2 | finished in the end
                    8 | WrongWorkers$SharesOutAgain   | 2 | done twice
                    8 | WrongWorkers$LeaderDoesAll    | 1 | shared out among all
                    """)
    void aTypicalErrorIsFound(int number, String program, int level, String promise) throws Exception {
        Exercise exercise = Exercises.all().get(number - 1);
        Supplier<?> programs = programs(exercise, "wrong." + program);
        for (long seed = 1; seed <= 20; seed++) {
            BrokenPromise broken = broken(exercise, programs, Level.of(level), seed);
            if (broken != null) {
                assertThat(broken.promise()).contains(promise);
                assertThat(broken.order()).isNotEmpty();
                BrokenPromise again = broken(exercise, programs, Level.of(level), seed);
                assertThat(again).isNotNull();
                if (!program.endsWith("Clock")) {
                    assertThat(again.getMessage())
                            .as("the same seed is the same story")
                            .isEqualTo(broken.getMessage());
                    assertThat(again.order()).isEqualTo(broken.order());
                }
                return;
            }
        }
        fail(program + " has passed");
    }

    @Test
    void aBankThatAnswersARequestInTwoWaysIsToldWhichOne() throws Exception {
        Exercise bank = Exercises.all().get(0);
        Supplier<?> programs = programs(bank, "wrong.WrongBanks$ForgetsRefusals");
        List<String> told = new ArrayList<>();
        for (long seed = 1; seed <= 20; seed++) {
            BrokenPromise broken = broken(bank, programs, Level.CALM, seed);
            if (broken != null) {
                told.add(broken.getMessage());
            }
        }
        assertThat(told)
                .anySatisfy(each -> assertThat(each)
                        .matches("r\\d+ transfer .* is answered refused, and when it is sent again \\d+\\. [^\\x00]*"));
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void eachExerciseHasAPageWithItsPromises(Exercise exercise) throws Exception {
        String page = Files.readString(
                PAGES.resolve(exercise.number() + "-" + exercise.program().toLowerCase(Locale.ROOT) + ".md"));
        assertThat(page)
                .contains("`" + exercise.program() + "`", "## What must hold", "## Hints", "## What it teaches")
                .contains("scripts/course check " + exercise.number() + " ");
        assertThat(Files.readString(PAGES.resolve("README.md"))).contains(exercise.title());
    }

    private static @Nullable BrokenPromise broken(Exercise exercise, Supplier<?> programs, Level level, long seed) {
        try {
            exercise.check().run(programs, level, seed);
            return null;
        } catch (BrokenPromise broken) {
            return broken;
        }
    }

    private static Supplier<?> programs(Exercise exercise, String name) throws Exception {
        return LearnersProgram.maker(exercise, Class.forName("org.flushspread.course." + name));
    }
}
