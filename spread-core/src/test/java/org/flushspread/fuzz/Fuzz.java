package org.flushspread.fuzz;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What Jazzer calls, and the names of all targets. */
public final class Fuzz {
    private static final String NAME = "fuzz.target";
    private static @Nullable Consumer<byte[]> target;

    private Fuzz() {}

    private static Map<String, Consumer<byte[]>> all() {
        Map<String, Consumer<byte[]>> all = new TreeMap<>();
        ServiceLoader.load(FuzzTargets.class).forEach(each -> all.putAll(each.targets()));
        return all;
    }

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Consumer<byte[]> now = target;
        if (now == null) {
            now = all().get(System.getProperty(NAME, ""));
            if (now == null) {
                throw new IllegalStateException("-D" + NAME + " must be one of " + all().keySet());
            }
            target = now;
        }
        now.accept(input);
    }

    /** Prints the names. */
    public static void main(String[] arguments) {
        all().keySet().forEach(System.out::println);
    }
}
