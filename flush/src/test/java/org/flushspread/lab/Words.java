package org.flushspread.lab;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.flushspread.wire.ServiceType;

/** The words of scenarios: which commands there are, and what stands behind them. */
final class Words {
    /** By name: how many arguments at the least and at the most, and how it is written. */
    private static final Map<String, Usage> COMMANDS = new TreeMap<>();

    private record Usage(int least, int most, String text) {}

    private static final int MANY = 1000;

    static {
        use(3, 3, "member NAME plain|flush|replica DAEMON");
        use(2, 2, "join NAME GROUP");
        use(2, 2, "leave NAME GROUP");
        use(4, MANY, "send NAME SERVICE GROUP TEXT");
        use(2, MANY, "submit NAME TEXT");
        use(1, 1, "hold NAME");
        use(1, 1, "answer NAME");
        use(1, 1, "kill NAME");
        use(1, 1, "quit NAME");
        use(1, 1, "revive NAME");
        use(2, 2, "stall NAME SECONDS");
        use(2, 3, "cut DAEMON DAEMON, or: cut DAEMON > DAEMON");
        use(0, 3, "heal, or: heal DAEMON DAEMON, or: heal DAEMON > DAEMON");
        use(3, MANY, "split DAEMON ... | DAEMON ...");
        use(1, 1, "crash DAEMON");
        use(1, 1, "stop DAEMON");
        use(1, 1, "start DAEMON");
        use(2, 2, "pause DAEMON SECONDS");
        use(1, 4, "delay MILLISECONDS, or: delay MILLISECONDS DAEMON [>] DAEMON");
        use(1, 4, "lose PERCENT, or: lose PERCENT DAEMON [>] DAEMON");
        use(1, 3, "drop token|data, or: drop token|data DAEMON DAEMON");
        use(1, MANY, "note TEXT");
    }

    private static final Pattern GROUP = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,30}");

    private Words() {}

    /** @throws ScenarioException for what is no name of a group: longer than Spread allows, or that of a member */
    static void checkGroup(String name) {
        if (!GROUP.matcher(name).matches()) {
            throw new ScenarioException(
                    "'" + name + "' is no name for a group: write up to 31 letters, digits, '_', '.'"
                            + " and '-', a letter first");
        }
    }

    private static void use(int least, int most, String text) {
        COMMANDS.put(text.replaceFirst("[ ,].*", ""), new Usage(least, most, text));
    }

    /** How each command is written, in the order of the alphabet. */
    static List<String> usages() {
        return COMMANDS.values().stream().map(Usage::text).toList();
    }

    /** @throws ScenarioException for what is no command, or has too few or too many words behind it */
    static void check(Command command) {
        Usage usage = COMMANDS.get(command.name());
        if (usage == null) {
            throw new ScenarioException("there is no command '" + command.name() + "'; there are "
                    + String.join(", ", COMMANDS.keySet()) + ", and run, title, says, daemons, quorum, patience");
        }
        if (command.arguments() < usage.least || command.arguments() > usage.most) {
            throw new ScenarioException("'" + command + "' is not complete or too long; write " + usage.text);
        }
    }

    /** The number in one place, within limits. */
    static double number(Command command, int place, double least, double most) {
        if (command.arguments() < place) {
            throw new ScenarioException("'" + command + "' needs a number behind it");
        }
        String text = command.argument(place);
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new ScenarioException("'" + text + "' in '" + command + "' is no number; write one such as 1.5");
        }
        if (!(value >= least && value <= most)) {
            throw new ScenarioException(
                    "'" + text + "' in '" + command + "' must be between " + plain(least) + " and " + plain(most));
        }
        return value;
    }

    private static String plain(double value) {
        return value == (long) value ? Long.toString((long) value) : Double.toString(value);
    }

    static int service(String name) {
        return switch (name) {
            case "unreliable" -> ServiceType.UNRELIABLE_MESS;
            case "reliable" -> ServiceType.RELIABLE_MESS;
            case "fifo" -> ServiceType.FIFO_MESS;
            case "causal" -> ServiceType.CAUSAL_MESS;
            case "agreed" -> ServiceType.AGREED_MESS;
            case "safe" -> ServiceType.SAFE_MESS;
            default ->
                throw new ScenarioException("there is no service '" + name
                        + "'; there are unreliable, reliable, fifo, causal, agreed and safe");
        };
    }
}
