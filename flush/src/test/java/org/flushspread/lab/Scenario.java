package org.flushspread.lab;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A scenario: what a world consists of, and commands with their times. The format is described in spec/lab.md.
 *
 * @param title a few words
 * @param says what there is to see
 * @param daemons 1 to 9
 * @param quorum members that replicas count on; a majority of them is a primary
 * @param patience seconds that a member may not answer before the others go on without it; 0 if they wait
 * @param commands in order of their times
 * @param begin virtual nanoseconds at which there is something to see: who plays it shows what is before at once
 * @param end virtual nanoseconds at which it is over
 */
public record Scenario(
        String title,
        String says,
        int daemons,
        int quorum,
        double patience,
        List<Command> commands,
        long begin,
        long end) {
    static final int MOST_DAEMONS = 9;
    private static final int MOST_LINES = 20_000;
    private static final double LONGEST_RUN = 3600;

    /** An empty one. */
    static Scenario of(int daemons) {
        return new Scenario("", "", daemons, 3, 0, List.of(), 0, 0);
    }

    /**
     * Reads a file.
     *
     * @throws ScenarioException if there is none, it is no text, or a line of it cannot be read
     */
    static Scenario read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new ScenarioException("there is no such file; stories are " + String.join(", ", Stories.NAMES));
        } catch (CharacterCodingException e) {
            throw new ScenarioException("this is no text in UTF-8, and so no scenario");
        } catch (IOException e) {
            throw new ScenarioException("cannot be read: " + e.getMessage());
        }
        return read(lines);
    }

    /**
     * Reads the lines of a file.
     *
     * @throws ScenarioException with the number of the first line that cannot be read
     */
    public static Scenario read(List<String> lines) {
        if (lines.size() > MOST_LINES) {
            throw new ScenarioException("a scenario has at most " + MOST_LINES + " lines, this one " + lines.size());
        }
        Reader reader = new Reader();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    reader.take(Command.of(reader.now, i + 1, line));
                } catch (ScenarioException e) {
                    throw e.at(i + 1);
                }
            }
        }
        return new Scenario(
                reader.title,
                String.join(" ", reader.says),
                reader.daemons,
                reader.quorum,
                reader.patience,
                List.copyOf(reader.commands),
                reader.begin,
                reader.now);
    }

    private static final class Reader {
        private String title = "";
        private final List<String> says = new ArrayList<>();
        private int daemons = 3;
        private int quorum = 3;
        private double patience;
        private final List<Command> commands = new ArrayList<>();
        private long begin;
        private long now;

        void take(Command command) {
            switch (command.name()) {
                case "title" -> title = command.rest(1);
                case "says" -> says.add(command.rest(1));
                case "daemons" -> {
                    before(command);
                    daemons = (int) Words.number(command, 1, 1, MOST_DAEMONS);
                }
                case "quorum" -> {
                    before(command);
                    quorum = (int) Words.number(command, 1, 1, 99);
                }
                case "patience" -> {
                    before(command);
                    patience = Words.number(command, 1, 0, LONGEST_RUN);
                }
                case "begin" -> begin = now;
                case "run" -> now += (long) (Words.number(command, 1, 0, LONGEST_RUN) * 1e9);
                default -> {
                    Words.check(command);
                    commands.add(command);
                }
            }
        }

        private void before(Command command) {
            if (now > 0 || !commands.isEmpty()) {
                throw new ScenarioException("'" + command.name() + "' describes the world: put it above the first "
                        + "command that does something");
            }
        }
    }

    /** The file again, with other commands. */
    String written(List<Command> all, long until) {
        StringBuilder text = new StringBuilder();
        text.append("title ")
                .append(title.isEmpty() ? "Saved in the lab" : title)
                .append('\n');
        if (!says.isEmpty()) {
            text.append("says ").append(says).append('\n');
        }
        text.append("daemons ").append(daemons).append('\n');
        text.append("quorum ").append(quorum).append('\n');
        text.append("patience ").append(seconds(patience)).append('\n');
        long now = 0;
        boolean begun = begin == 0;
        for (Command each : all) {
            if (!begun && each.time() >= begin) {
                text.append(begin > now ? "run " + seconds((begin - now) / 1e9) + "\n" : "")
                        .append("begin\n");
                now = begin;
                begun = true;
            }
            if (each.time() > now) {
                text.append("run ").append(seconds((each.time() - now) / 1e9)).append('\n');
                now = each.time();
            }
            text.append(each).append('\n');
        }
        if (until > now) {
            text.append("run ").append(seconds((until - now) / 1e9)).append('\n');
        }
        return text.toString();
    }

    private static String seconds(double value) {
        String text = String.format(Locale.ROOT, "%.9f", value);
        return text.replaceFirst("\\.?0+$", "");
    }
}
