package org.flushspread.course.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flushspread.course.api.Bank;
import org.flushspread.course.world.BrokenPromise;
import org.flushspread.course.world.Level;
import org.flushspread.flush.Codec;
import org.flushspread.flush.linearizability.Model;
import org.flushspread.flush.replica.Violation;
import org.flushspread.flush.simulation.Faults;
import org.flushspread.flush.simulation.ReplicaSimulation;
import org.flushspread.flush.simulation.Workload;
import org.jspecify.annotations.Nullable;

/** The bank, as a state machine in simulated groups, beside one ledger that says what its commands mean. */
final class BankCheck implements Exercise.Check {
    private static final String SAME =
            "members that have applied the same commands have the same state and give the same answers, whether they were there all"
                    + " the time or have loaded the state of another";

    /** As the checker of histories writes them, with places in the history instead of times. */
    private static final Pattern OPERATION = Pattern.compile("\\s*\\d+ to \\d+: (r\\d+ .*) = (.*)");

    private static final Map<String, String> PROMISES = Map.of(
            "SameStateEverywhere", SAME,
            "SameResultEverywhere", SAME,
            "LoadReadsWhatSaveWrote", "load reads what save wrote, all of it",
            "LinearizableByTheModel",
                    "a command does what it says, and one that is sent again does nothing and gets the same answer",
            "SaveWorks", "save throws nothing",
            "AnswersAreKept", "an answer is a text",
            "ApplyThrowsNoError", "apply throws no Error");

    /** People with two accounts, who send some commands again. */
    private static final class People implements Workload<String> {
        private String last = "";
        private int requests;

        @Override
        public Codec<String> codec() {
            return Codec.strings();
        }

        @Override
        public String command(Random random) {
            if (!last.isEmpty() && random.nextInt(3) == 0) {
                return last;
            }
            String account = random.nextBoolean() ? "ann" : "bob";
            String other = account.equals("ann") ? "bob" : "ann";
            String what = switch (random.nextInt(4)) {
                case 0 -> " deposit " + account + " " + (1 + random.nextInt(5));
                case 1 -> " balance " + account;
                default -> " transfer " + account + " " + other + " " + (1 + random.nextInt(9));
            };
            last = "r" + ++requests + what;
            return last;
        }
    }

    /** Balances by account, and answers by request, which begin with {@code r}. */
    private static final class Ledger implements Model<Map<String, String>, String, String> {
        @Override
        public Map<String, String> initial() {
            return Map.of();
        }

        @Override
        public boolean onlyReads(String command) {
            return false;
        }

        @Override
        public @Nullable Map<String, String> apply(
                Map<String, String> state, String command, String answer, boolean answered) {
            String[] words = command.split(" ");
            Map<String, String> next = new TreeMap<>(state);
            String right = state.get(words[0]);
            if (right == null) {
                right = answer(next, words);
                next.put(words[0], right);
            }
            return !answered || right.equals(answer) ? next : null;
        }

        private static String answer(Map<String, String> next, String[] words) {
            String account = words[2];
            long balance = Long.parseLong(next.getOrDefault(account, "0"));
            if (words[1].equals("deposit")) {
                balance += Long.parseLong(words[3]);
            } else if (words[1].equals("transfer")) {
                long amount = Long.parseLong(words[4]);
                if (amount > balance) {
                    return "refused";
                }
                long other = Long.parseLong(next.getOrDefault(words[3], "0"));
                next.put(words[3], String.valueOf(other + amount));
                balance -= amount;
            }
            next.put(account, String.valueOf(balance));
            return String.valueOf(balance);
        }
    }

    @Override
    public void run(Supplier<?> programs, Level level, long seed) {
        alone(made(programs), seed);
        try {
            ReplicaSimulation.of(() -> (Bank) programs.get(), People::new)
                    .faults(faults(level))
                    .ringsEvery(0)
                    .model(new Ledger())
                    .replay(String.valueOf(seed))
                    .run();
        } catch (AssertionError broken) {
            throw inWords(broken);
        }
    }

    private static Bank made(Supplier<?> programs) {
        try {
            return (Bank) programs.get();
        } catch (RuntimeException | Error thrown) { // all that a learner's constructor may throw
            throw new BrokenPromise("a program throws nothing", "a bank is made: " + thrown, List.of());
        }
    }

    /** One bank, command by command: what is wrong here is told most simply. */
    private static void alone(Bank bank, long seed) {
        People people = new People();
        Random random = new Random(seed);
        Map<String, String> ledger = Map.of();
        List<String> story = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String command = people.command(random);
            boolean again = ledger.containsKey(command.substring(0, command.indexOf(' ')));
            Map<String, String> next = new TreeMap<>(ledger);
            String[] words = command.split(" ");
            String right = again ? ledger.get(words[0]) : Ledger.answer(next, words);
            next.put(words[0], String.valueOf(right));
            String answer;
            try {
                answer = bank.apply(command);
            } catch (RuntimeException | Error thrown) { // all that a learner's program may throw
                throw new BrokenPromise(
                        "a command is answered", "apply(\"" + command + "\") has thrown " + thrown, story);
            }
            story.add("  one bank alone is asked: " + command + (again ? " (again)" : "") + ", answers: " + answer);
            if (!String.valueOf(right).equals(answer)) {
                throw new BrokenPromise(
                        "a command does what it says, and one that is sent again does nothing and gets the same answer",
                        command + " is answered " + answer + (again ? "; the first time it was " : "; right is ")
                                + right,
                        story.subList(Math.max(0, story.size() - 12), story.size()));
            }
            ledger = next;
        }
    }

    private static Faults faults(Level level) {
        return switch (level) {
            case CALM -> Faults.NONE;
            case CRASHES -> Faults.CRASHES;
            case PARTITIONS -> Faults.PARTITIONS;
            case EVERYTHING -> Faults.ALL;
        };
    }

    private static BrokenPromise inWords(AssertionError broken) {
        List<String> lines =
                Arrays.stream(String.valueOf(broken.getMessage()).split("\n")).toList();
        String rule = broken.getCause() instanceof Violation violation ? violation.rule() : "";
        String first = lines.get(0).replaceFirst("^seed \\S+ breaks (" + rule + ": )?", "");
        List<String> story = lines.stream()
                .skip(1)
                .filter(each -> !each.startsWith("To run it again"))
                .map(each -> each.replace(rule + ": ", ""))
                .toList();
        return new BrokenPromise(PROMISES.getOrDefault(rule, rule), twoAnswers(story, first), story);
    }

    /** Of all that no order explains, the simplest: a request that was answered in two ways. */
    private static String twoAnswers(List<String> story, String otherwise) {
        Map<String, String> answers = new TreeMap<>();
        for (String line : story) {
            Matcher operation = OPERATION.matcher(line);
            if (operation.matches()) {
                String before = answers.putIfAbsent(operation.group(1), operation.group(2));
                if (before != null && !before.equals(operation.group(2))) {
                    return operation.group(1) + " is answered " + before + ", and when it is sent again "
                            + operation.group(2) + ". These are the operations, each at one moment between its"
                            + " begin and its end:";
                }
            }
        }
        return otherwise;
    }
}
