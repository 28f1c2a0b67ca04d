package org.flushspread.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.flushspread.examples.web.ChatLimits;
import org.flushspread.examples.web.ChatServer;
import org.flushspread.flush.FlushConnection;
import org.flushspread.flush.FlushOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A chat on Flush Spread. Everybody in a view sees the same lines in the same order, and knows who else has seen them. */
@Command(
        name = "flush-chat",
        mixinStandardHelpOptions = true,
        description = {
            "A chat that shows what Flush Spread does: views, flush requests, transitions.",
            "Start it in several terminals, with several names; /help tells the commands. With --web it is a page,"
                    + " which as many browsers may open, each of them a member of its own.",
            ""
        },
        footer = {
            "",
            "In a browser: messages are sent FIFO, AGREED or SAFE. While a flush request is answered and the new view"
                    + " is not there yet, what is said waits, and goes out in the new view. What cannot be sent is given"
                    + " back; what was sent when the daemon died, and did not come back, is marked as uncertain. At a"
                    + " partition each side shows the transitional signal, who left, and later who it merged with.",
            "Limits: 32 pages, 8 rooms of each, 4,000 bytes and 5 messages a second, 1,000 events kept for a page that is"
                    + " loaded again; a page that is gone for a minute leaves."
        })
public final class FlushChat implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "NAME",
            description = "What the others call you, up to 10 characters.")
    private @Nullable String name;

    @Parameters(index = "1", arity = "0..1", paramLabel = "GROUP", description = "The room.")
    private @Nullable String group;

    @Option(
            names = "-s",
            paramLabel = "PORT[@HOST]",
            description = "The daemon; with --web it may be given several times, and a page chooses. Default: "
                    + "4803@localhost.")
    private List<String> daemons = new ArrayList<>();

    @Option(
            names = "--web",
            paramLabel = "PORT[@HOST]",
            description =
                    "Serve the chat to browsers at this port, 0 for any that is free; NAME and GROUP are then typed"
                            + " in the page. Browsers of this machine only, unless a HOST is named, a name or address of this"
                            + " machine; then everybody who reaches it may chat, nobody is asked for a password, and nothing"
                            + " is encrypted.")
    private @Nullable String web;

    @Spec
    private @Nullable CommandSpec command;

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
        if (daemons.isEmpty()) {
            daemons.add("4803@localhost");
        }
        if (web != null) {
            return serve(web);
        }
        if (name == null || group == null || daemons.size() > 1) {
            throw wrong("NAME and GROUP are needed, and one daemon; or --web PORT for browsers");
        }
        return talk(name, group, daemons.get(0));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(command).commandLine(), message);
    }

    /** Until somebody types quit; without a keyboard until it is stopped. */
    private int serve(String where) {
        if (!where.matches("[0-9]{1,5}(@.+)?") || name != null) {
            throw wrong("--web takes PORT[@HOST], and neither NAME nor GROUP");
        }
        String[] parts = where.split("@", 2);
        try (Console console = consoles.get();
                ChatServer server = ChatServer.start(
                        parts.length > 1 ? parts[1] : "", Integer.parseInt(parts[0]), daemons, ChatLimits.DEFAULTS)) {
            console.println("* open " + server.url() + " in one browser or several; quit ends it");
            String line = console.readLine();
            while (line != null && !line.strip().equals("quit")) {
                line = console.readLine();
            }
            if (line == null) {
                new CountDownLatch(1).await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private int talk(String name, String group, String daemon) {
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
