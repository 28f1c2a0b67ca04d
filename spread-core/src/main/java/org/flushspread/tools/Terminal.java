package org.flushspread.tools;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Standard input and output as bytes: what somebody typed in any character set comes out again as it was. */
public final class Terminal {
    /** Set by the launchers when standard output is a terminal. */
    private static final boolean INTERACTIVE = Boolean.getBoolean("flushspread.terminal");

    private final PrintStream out;
    private final BufferedReader in;

    /** Of this process. */
    public Terminal() {
        this(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.ISO_8859_1),
                new BufferedReader(
                        new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.ISO_8859_1)));
    }

    /** Of any streams. */
    public Terminal(PrintStream out, BufferedReader in) {
        this.out = out;
        this.in = in;
    }

    /** True if a person watches. */
    static boolean isInteractive() {
        return INTERACTIVE;
    }

    /** Several threads may print; one call is never torn. */
    public void print(String text) {
        synchronized (out) {
            out.print(text);
            out.flush();
        }
    }

    /** The next line without its end, or null at the end of input. */
    @Nullable
    public String readLine() {
        try {
            return in.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
