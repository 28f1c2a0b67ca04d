package org.flushspread.course.check;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.flushspread.course.api.Bank;
import org.flushspread.course.api.Chat;
import org.flushspread.course.api.Files;
import org.flushspread.course.api.Game;
import org.flushspread.course.api.Lock;
import org.flushspread.course.api.Log;
import org.flushspread.course.api.Mail;
import org.flushspread.course.api.Program;
import org.flushspread.course.api.Worker;
import org.flushspread.course.world.GroupJudge;
import org.flushspread.course.world.GroupWorld;
import org.flushspread.course.world.Level;
import org.flushspread.simulation.Chance;

/** The exercises, in the order of the course. */
public final class Exercises {
    /** Who judges a program of a group. */
    private interface Judges<P extends Program> {
        GroupJudge<P> create(GroupWorld<P> world, Chance chance, Level level);
    }

    private static final List<Exercise> ALL = List.of(
            new Exercise(1, "Bank", "a replicated bank", Bank.class, new BankCheck()),
            group(2, "a lock service", Lock.class, (world, chance, level) -> new LockJudge(world, chance)),
            group(
                    3,
                    "a turn-based game server with fail-over",
                    Game.class,
                    (world, chance, level) -> new GameJudge(world, chance)),
            group(
                    4,
                    "a distributed chat with history",
                    Chat.class,
                    (world, chance, level) -> new ChatJudge(world, chance, level.number() > 2)),
            group(5, "log merging", Log.class, (world, chance, level) -> new LogJudge(world, chance)),
            group(
                    6,
                    "an active-passive file service",
                    Files.class,
                    (world, chance, level) -> new FilesJudge(world, chance)),
            group(7, "causal mail", Mail.class, (world, chance, level) -> new MailJudge(world, chance)),
            group(
                    8,
                    "leader-based work distribution",
                    Worker.class,
                    (world, chance, level) -> new WorkerJudge(world, chance, level == Level.CALM)));

    private Exercises() {}

    private static <P extends Program> Exercise group(int number, String title, Class<P> type, Judges<P> judges) {
        return new Exercise(
                number,
                type.getSimpleName(),
                title,
                type,
                (programs, level, seed) -> run(type, programs, level, seed, judges));
    }

    private static <P extends Program> void run(
            Class<P> type, Supplier<?> programs, Level level, long seed, Judges<P> judges) {
        new GroupWorld<P>(
                        seed,
                        level,
                        () -> type.cast(programs.get()),
                        (world, chance) -> judges.create(world, chance, level))
                .run();
    }

    public static List<Exercise> all() {
        return ALL;
    }

    /** By number, or by the name of the program. */
    public static Optional<Exercise> find(String name) {
        return ALL.stream()
                .filter(each -> String.valueOf(each.number()).equals(name)
                        || each.program().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
