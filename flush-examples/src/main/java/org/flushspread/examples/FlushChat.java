package org.flushspread.examples;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.flushspread.flush.FlushConnection;
import org.flushspread.flush.FlushOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A chat on Flush Spread. Everybody in a view sees the same lines in the same order, and knows who else has seen them. */
@Command(
        name = "flush-chat",
        mixinStandardHelpOptions = true,
        description = {
            "A chat that shows what Flush Spread does: views, flush requests, transitions.",
            "Start it in several terminals, with several names; /help tells the commands.",
            ""
        })
public final class FlushChat implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Parameters(index = "0", paramLabel = "NAME", description = "What the others call you, up to 10 characters.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "GROUP", description = "The room.")
    private String group = "";

    @Option(names = "-s", paramLabel = "PORT[@HOST]", description = "The daemon. Default: ${DEFAULT-VALUE}.")
    private String daemon = "4803@localhost";

    private final Supplier<Console> consoles;

    FlushChat(Supplier<Console> consoles) {
        this.consoles = consoles;
    }

    /** Runs the program. */
    public static void main(String[] args) {
        System.exit(Example.run(new FlushChat(() -> Console.open("> ")), args));
    }

    @Override
    public Integer call() {
        FlushOptions options = FlushOptions.of(daemon, name).withFlushDeadline(Duration.ofSeconds(5));
        try (FlushConnection connection = FlushConnection.connect(options);
                Console console = consoles.get()) {
            ChatRoom room = new ChatRoom(console, connection.join(group));
            room.open(PATIENCE);
            String line = console.readLine();
            while (line != null && !line.strip().equals("/quit")) {
                command(room, console, line.strip());
                line = console.readLine();
            }
            room.quit();
            return room.isBroken() ? 1 : 0;
        }
    }

    private static void command(ChatRoom room, Console console, String line) {
        String[] words = line.split("\\s+", 3);
        String rest = words.length < 3 ? "" : words[2];
        switch (words[0]) {
            case "" -> {}
            case "/to", "/sub" -> {
                if (rest.isEmpty()) {
                    console.println("* " + words[0] + " NAME[,NAME...] TEXT");
                } else {
                    room.sayTo(List.of(words[1].split(",")), rest);
                }
            }
            case "/who" -> room.showMembers();
            case "/manual" -> room.manual(true);
            case "/auto" -> room.manual(false);
            case "/flush" -> room.flush();
            case "/help" -> help(console);
            default -> {
                if (line.startsWith("/")) {
                    console.println("* unknown command " + words[0] + "; /help tells what there is");
                } else {
                    room.say(line);
                }
            }
        }
    }

    private static void help(Console console) {
        console.println("""
                * TEXT                  to everybody in the view
                * /to NAME TEXT         to one member; /to NAME,NAME TEXT to a sub-group
                * /who                  who is in the view
                * /manual               flush requests wait for you: /flush lets the change happen
                * /auto                 flush requests are answered at once (as at the start)
                * /quit                 leave""");
    }
}
