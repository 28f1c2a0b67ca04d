package org.flushspread.daemon;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.flushspread.scram.ScramKeys;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Adds a user to a password file, or changes his password (configuration 7.1). */
@Command(
        name = "passwd",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Adds a user to a password file, or changes a password. The file is replaced as a whole, and is for its owner"
                    + " only; a daemon reads it at its start and at a reload (SIGHUP)."
        },
        footer = {"", "Exit status: 0 done; 1 not done; 2 wrong command line."})
final class PasswdCommand implements Callable<Integer> {
    private static final int LONGEST_USER = 31;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Where a person types a password that is not shown. */
    interface Prompt {
        /** Null at the end of the input. */
        char @Nullable [] ask(String what);
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "The file; daemons look for one named spread.access_pword.")
    private Path file = Path.of("");

    @Parameters(index = "1", paramLabel = "USER", description = "The user, 1 to 31 bytes without a colon.")
    private String user = "";

    @Option(names = "--stdin", description = "Read the password from standard input, up to the end of the line.")
    private boolean stdin;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "What a guess costs, 4096 to 10000000 (default: ${DEFAULT-VALUE}).")
    private int rounds = PasswordHash.ROUNDS;

    @Option(
            names = "--scram-only",
            description =
                    "Let the user in by SCRAM-SHA-256 only, with all of the password, and not by PWORD, which sends"
                            + " its first 8 bytes.")
    private boolean scramOnly;

    private final @Nullable Prompt prompt;
    private final InputStream input;

    PasswdCommand() {
        this(null, System.in);
    }

    /** @param prompt in the place of the terminal, or null */
    PasswdCommand(@Nullable Prompt prompt, InputStream input) {
        this.prompt = prompt;
        this.input = input;
    }

    @SuppressWarnings("SystemConsoleNull") // from JDK 22 on a pipe is asked too
    private static @Nullable Prompt terminal() {
        Console console = System.console();
        return console == null ? null : what -> console.readPassword("%s", what);
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            check();
            boolean isNew = PasswordFile.change(file, user, hashes(password()));
            spec.commandLine()
                    .getOut()
                    .println(file + ": user " + user + (isNew ? " was added" : " has another password")
                            + "; daemons read it at their next reload or start");
            return Ending.STOPPED.status;
        } catch (SpreadArguments.WrongOption e) {
            err.println("spread passwd: " + e.getMessage());
            return Ending.USAGE.status;
        } catch (DaemonStartException e) {
            err.println("spread passwd: " + e.getMessage());
            return Ending.FAILED.status;
        } catch (IOException e) {
            err.println("spread passwd: no password could be read: " + e.getMessage());
            return Ending.FAILED.status;
        }
    }

    private void check() {
        int length = user.getBytes(StandardCharsets.UTF_8).length;
        boolean odd = user.chars().anyMatch(each -> each == ':' || Character.isISOControl(each));
        if (length < 1 || length > LONGEST_USER || odd || user.startsWith("#") || !user.equals(user.strip())) {
            throw new SpreadArguments.WrongOption("a user has 1 to " + LONGEST_USER
                    + " bytes, without a colon, without blanks at either end, and does not begin with '#'");
        }
        if (rounds < ScramKeys.FEWEST_ROUNDS || rounds > ScramKeys.MOST_ROUNDS) {
            throw new SpreadArguments.WrongOption(
                    "--rounds takes " + ScramKeys.FEWEST_ROUNDS + " to " + ScramKeys.MOST_ROUNDS + ", not " + rounds);
        }
    }

    private List<String> hashes(byte[] password) {
        byte[] salt = new byte[ScramKeys.SALT];
        RANDOM.nextBytes(salt);
        String proof = ScramKeys.of(password, salt, rounds).text();
        return scramOnly
                ? List.of(proof)
                : List.of(PasswordHash.of(password, rounds).toString(), proof);
    }

    /** As bytes: what a client sends is compared byte by byte. */
    private byte[] password() throws IOException {
        byte[] password = stdin ? firstLine(input) : asked();
        if (password.length == 0) {
            throw new DaemonStartException("not changed: an empty password would be none");
        }
        if (!scramOnly && password.length > PasswordHash.PASSWORD_LENGTH) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "spread passwd: the method PWORD carries the first " + PasswordHash.PASSWORD_LENGTH
                                    + " bytes of a password, so for clients that use it only these count; --scram-only shuts them out");
        }
        return password;
    }

    private byte[] asked() {
        Prompt who = prompt == null ? terminal() : prompt;
        if (who == null) {
            throw new SpreadArguments.WrongOption("nobody is there to be asked; give the password with --stdin");
        }
        char[] first = who.ask("Password of " + user + ": ");
        char[] again = first == null ? null : who.ask("Once more: ");
        if (first == null || again == null || !Arrays.equals(first, again)) {
            throw new DaemonStartException("not changed: the two passwords are not the same");
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(first));
        return Arrays.copyOfRange(bytes.array(), bytes.position(), bytes.limit());
    }

    /** Up to the end of the line or of the input, as bytes. */
    static byte[] firstLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n' && next != '\r'; next = in.read()) {
            line.write(next);
        }
        return line.toByteArray();
    }
}
