package org.flushspread.course;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.flushspread.course.check.Exercise;
import org.flushspread.course.check.Exercises;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The program behind {@code scripts/course}. */
@Command(
        name = "scripts/course",
        mixinStandardHelpOptions = true,
        description = {
            "Exercises in fault tolerance: you write a program, the checker runs it in a simulated world where more and more goes wrong,"
                    + " and says in words which promise it broke.",
            "",
            "  scripts/course list            what there is",
            "  scripts/course start 4 DIR     copies the beginning of exercise 4 into a directory of yours",
            "  scripts/course check 4 DIR     runs what you have made of it",
            "",
            "The pages are in spec/course/."
        })
public final class Course {
    @Spec
    private @Nullable CommandSpec spec;

    private Course() {}

    public static void main(String[] args) {
        AtomicBoolean over = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (!over.get()) {
                // a learner's program may call System.exit(0), which must not look like a pass
                System.err.println(
                        "Ended before the check was over: by Ctrl-C, or by a program that calls System.exit.");
                Runtime.getRuntime().halt(1);
            }
        }));
        int code = run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
        over.set(true);
        System.exit(code);
    }

    /** Answers the exit code: 0 if all is well, 1 if a promise was broken, 2 if it could not be found out. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(new Course());
        line.setOut(out);
        line.setErr(err);
        if (args.length == 0) {
            line.usage(out);
            return 2;
        }
        return line.execute(args);
    }

    private PrintWriter out() {
        return spec == null
                ? new PrintWriter(System.out, true)
                : spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec == null
                ? new PrintWriter(System.err, true)
                : spec.commandLine().getErr();
    }

    private @Nullable Exercise exercise(String name) {
        Optional<Exercise> found = Exercises.find(name);
        if (found.isEmpty()) {
            err().println("There is no exercise '" + name + "'; scripts/course list tells which there are.");
        }
        return found.orElse(null);
    }

    @Command(description = "Lists the exercises.", mixinStandardHelpOptions = true)
    int list() {
        for (Exercise each : Exercises.all()) {
            out().printf("%2d  %-7s %-40s %s%n", each.number(), each.program(), each.title(), page(each));
        }
        return 0;
    }

    private static String page(Exercise exercise) {
        return "spec/course/" + exercise.number() + "-" + exercise.program().toLowerCase(java.util.Locale.ROOT) + ".md";
    }

    @Command(
            description = "Copies the beginning of an exercise into a directory, which is made if need be.",
            mixinStandardHelpOptions = true)
    int start(
            @Parameters(paramLabel = "EXERCISE", description = "Number or name") String name,
            @Parameters(paramLabel = "DIR") Path directory)
            throws IOException {
        Exercise exercise = exercise(name);
        if (exercise == null) {
            return 2;
        }
        Path file = directory.resolve(exercise.program() + ".java");
        if (Files.exists(file)) {
            err().println(file + " exists already, and is left as it is: name another directory.");
            return 2;
        }
        String beginning = starter(exercise);
        try {
            Files.createDirectories(directory);
            Files.writeString(file, beginning);
        } catch (IOException e) {
            err().println("Cannot write " + file + " (" + e + "): name a directory that you may write to.");
            return 2;
        }
        out().println(file + " is yours now. What it has to do: " + page(exercise));
        out().println("Try it:  scripts/course check " + exercise.number() + " " + directory);
        return 0;
    }

    /** Without its package: a learner's file stands where the learner likes. */
    private static String starter(Exercise exercise) throws IOException {
        Path home = Path.of(System.getProperty("course.home", ".."));
        Path file = home.resolve(
                "flush-examples/src/test/java/org/flushspread/course/starter/" + exercise.program() + ".java");
        return Files.readString(file).replaceFirst("package [a-z.]+;\\s*", "");
    }

    @Command(
            description = {
                "Runs a program at all levels: 1 calm, 2 crashes, 3 partitions, 4 everything.",
                "Exit code 0 if it keeps its promises, 1 if it broke one, 2 if it does not compile."
            },
            mixinStandardHelpOptions = true)
    int check(
            @Parameters(paramLabel = "EXERCISE", description = "Number or name") String name,
            @Parameters(
                            paramLabel = "DIR",
                            arity = "0..1",
                            description = "Where your program is; without it the beginning is run")
                    @Nullable
                    Path directory,
            @Option(names = "--solution", description = "Runs the solution.") boolean solution,
            @Option(
                            names = "--level",
                            paramLabel = "N",
                            description = "Only this level, 1 to 4; 0, which is the default, for all.",
                            defaultValue = "0")
                    int level,
            @Option(
                            names = "--seed",
                            paramLabel = "N",
                            description = "Only this story of each level; the same number is the same story each time.",
                            defaultValue = "0")
                    long seed,
            @Option(
                            names = "--seeds",
                            paramLabel = "N",
                            description = "So many stories of each level; ${DEFAULT-VALUE} if nothing is said.",
                            defaultValue = "50")
                    int seeds)
            throws IOException {
        Exercise exercise = exercise(name);
        if (exercise == null) {
            return 2;
        }
        if (level < 0 || level > 4 || seed < 0 || seeds < 1) {
            err().println("A level is 1, 2, 3 or 4; a seed, and the number of seeds, is 1 or more.");
            return 2;
        }
        String command = "scripts/course check " + exercise.number() + (solution ? " --solution" : "")
                + (directory == null ? "" : " " + directory);
        try {
            Supplier<?> programs = programs(exercise, directory, solution);
            return new Grading(exercise, programs, command, out()).run(level, seed, seeds) ? 0 : 1;
        } catch (LearnersProgram.Unusable e) {
            err().println(e.getMessage());
            return 2;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the solution cannot be loaded", e);
        }
    }

    private static Supplier<?> programs(Exercise exercise, @Nullable Path directory, boolean solution)
            throws IOException, LearnersProgram.Unusable, ReflectiveOperationException {
        if (solution) {
            return LearnersProgram.maker(
                    exercise, Class.forName("org.flushspread.course.solution." + exercise.program()));
        }
        if (directory != null) {
            return LearnersProgram.compile(exercise, directory);
        }
        Path copy = Files.createTempDirectory("course");
        Files.writeString(copy.resolve(exercise.program() + ".java"), starter(exercise));
        return LearnersProgram.compile(exercise, copy);
    }
}
