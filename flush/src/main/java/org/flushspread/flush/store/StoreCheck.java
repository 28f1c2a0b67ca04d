package org.flushspread.flush.store;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.flushspread.flush.replica.LogEntry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The program store-check: looks through the store of a member that is not running. See store 6. */
@Command(
        name = "store-check",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Verifies the store of a member of a replicated state machine that is not running.",
        footer = {
            "",
            "Exit status: 0 the store is whole, or was mended; 1 it is damaged; 2 wrong command line or no store;"
                    + " 3 a member uses it."
        })
public final class StoreCheck implements Callable<Integer> {
    static final int DAMAGED = 1;
    static final int UNUSABLE = 2;
    static final int IN_USE = 3;
    private static final int SHOWN = 24;

    @Parameters(paramLabel = "DIR", description = "The directory of the store.")
    private @Nullable Path directory;

    @Option(names = "--print", description = "Prints each command of the log: place, kind, length, first bytes.")
    private boolean print;

    @Option(
            names = "--repair",
            description =
                    "Clears up what a crash left behind, and makes the file 'progress' anew if that alone is damaged."
                            + " Loses nothing that is there.")
    private boolean repair;

    @Option(
            names = "--accept-loss",
            description =
                    "With --repair: ends a damaged log before the first damaged command. The member then has less than"
                            + " it promised, and acknowledged commands may be lost: only where no majority of others lives.")
    private boolean acceptLoss;

    @Spec
    private @Nullable CommandSpec spec;

    /** @param args as the command line has them */
    public static void main(String[] args) {
        System.exit(new CommandLine(new StoreCheck()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        PrintWriter out = line.getOut();
        Path where = Objects.requireNonNull(directory);
        if (!Files.isDirectory(where)) {
            line.getErr().println("there is no directory " + where);
            return UNUSABLE;
        }
        DirectoryFiles files = new DirectoryFiles(where);
        try {
            files.take();
            return check(files, out);
        } catch (StoreException e) {
            line.getErr().println(e.getMessage());
            return files.isTaken() ? UNUSABLE : IN_USE;
        } finally {
            files.release();
            out.flush();
        }
    }

    private int check(StoreFiles files, PrintWriter out) throws IOException {
        out.println("store " + files);
        StoreInspection found = new StoreInspection(files).run();
        found.said().forEach(out::println);
        found.warnings().forEach(out::println);
        if (print) {
            print(found, out);
        }
        Damaged damage = found.damage();
        if (damage != null) {
            out.println("The store is damaged: " + damage.getMessage() + ".");
        }
        if (repair) {
            return repair(found, out);
        }
        if (damage != null) {
            out.println(advice(found));
            return DAMAGED;
        }
        out.println(
                found.warnings().isEmpty()
                        ? "The store is whole."
                        : "The store is whole but for what a crash left behind; the next start of the member clears that up.");
        return 0;
    }

    private static String advice(StoreInspection found) {
        return found.isProgressAlone()
                ? "Its metadata, snapshot and log fit together: --repair makes that file anew."
                : "Put the files back as the member left them when it last ran, or start the member with WhenDamaged.FORGET,"
                        + " so that it gets the state from the others. --repair --accept-loss goes on with what is whole;"
                        + " do that only where no majority of others lives.";
    }

    private int repair(StoreInspection found, PrintWriter out) throws IOException {
        StoreRepair mending = new StoreRepair(found);
        if (found.damage() == null || found.isProgressAlone()) {
            mending.withoutLoss().forEach(out::println);
        } else if (acceptLoss && mending.canLose()) {
            mending.withLoss().forEach(out::println);
        } else {
            out.println(
                    acceptLoss
                            ? "There is nothing to go on with: the metadata or the snapshot are damaged. Nothing was changed."
                            : "Nothing was changed. " + advice(found));
            return DAMAGED;
        }
        Damaged left = new StoreInspection(found.files()).run().damage();
        out.println(left == null ? "The store is whole now." : "It is damaged still: " + left.getMessage() + ".");
        return left == null ? 0 : DAMAGED;
    }

    private static void print(StoreInspection found, PrintWriter out) throws IOException {
        Head head = found.head();
        LogScan scan = found.scan();
        if (head == null || scan == null) {
            return;
        }
        long index = head.base();
        for (byte[] entry : new LoggedCommands(found.files(), scan.segments(), head.base(), scan.last())) {
            index++;
            ByteBuffer rest = ByteBuffer.wrap(entry);
            byte kind = rest.hasRemaining() ? rest.get() : 0;
            byte[] shown = new byte[Math.min(SHOWN, rest.remaining())];
            int length = rest.remaining();
            rest.get(shown);
            out.printf(
                    Locale.ROOT,
                    "%d %s, %d bytes: %s%s%n",
                    index,
                    kind(kind),
                    length,
                    HexFormat.ofDelimiter(" ").formatHex(shown),
                    length > shown.length ? " ..." : "");
        }
    }

    private static String kind(byte kind) {
        return switch (kind) {
            case LogEntry.COMMAND -> "command";
            case LogEntry.READ -> "read";
            case LogEntry.SKIP -> "skip of the entry before";
            case LogEntry.SESSION -> "session begins";
            case LogEntry.SESSION_COMMAND -> "command of a session";
            default -> "entry of kind " + kind;
        };
    }
}
