package spread;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the classes of one stream pass, and why one did not. Asked in this order, the first that decides counts: the filter of the program
 * ({@link SpreadMessage#setObjectInputFilter}), or, where there is none, the system property {@code spread.serialFilter}, the limits below
 * and the list in {@code refused-classes.txt}; what nobody decides passes. The filter of the JVM can refuse in any case.
 *
 * <p>The limits are far from what programs send, and keep a short stream from taking much memory, stack or time.
 */
final class SerialFilter implements ObjectInputFilter {
    static final String PROPERTY = "spread.serialFilter";

    /** A deeper stream overflows the stack of an ordinary thread, which the reader reports by itself. */
    private static final int MAX_DEPTH = 20_000;

    /**
     * Hashing sets of sets takes time that doubles with each level that holds two collections or more, if they are shared. Deep
     * structures of programs share nothing and are read at once, so beyond this depth the time that reading has taken decides.
     */
    private static final int DEEP = 24;

    private static final long PATIENCE_NANOS = 2_000_000_000;
    private static final long NANOS_PER_BYTE = 1000;

    /** Tables of hash maps are larger than what they hold; and the smallest have a few slots in any case. */
    private static final int SLOTS_PER_BYTE = 8;

    private static final int SLOTS_AT_LEAST = 65_536;

    private static final ObjectInputFilter REFUSED = ObjectInputFilter.Config.createFilter(refusedClasses());

    private final long maxSlots;
    private final ObjectInputFilter first;
    private @Nullable ObjectInputFilter ofTheJvm;
    private final CollectionDepths depths = new CollectionDepths();
    private final long began = System.nanoTime();
    private final long patience;
    private long slots;
    private @Nullable Class<?> refused;
    private String because = "";

    /**
     * Makes the filter for one stream.
     *
     * @param length of the stream in bytes
     * @param ofTheProgram takes the place of the default; null for the default
     */
    SerialFilter(int length, @Nullable ObjectInputFilter ofTheProgram) {
        this.maxSlots = SLOTS_AT_LEAST + (long) length * SLOTS_PER_BYTE;
        this.patience = PATIENCE_NANOS + length * NANOS_PER_BYTE;
        String property = ofTheProgram == null ? System.getProperty(PROPERTY) : null;
        ObjectInputFilter named = property == null ? null : ObjectInputFilter.Config.createFilter(property);
        this.first = ofTheProgram != null
                ? ofTheProgram
                : info -> {
                    Status said = named == null ? Status.UNDECIDED : named.checkInput(info);
                    if (said == Status.REJECTED) {
                        because = "the system property " + PROPERTY + " refuses it";
                    }
                    return said == Status.UNDECIDED ? byDefault(info) : said;
                };
    }

    private static String refusedClasses() {
        try {
            String list = Resources.toString(
                    Objects.requireNonNull(SerialFilter.class.getResource("refused-classes.txt")),
                    StandardCharsets.US_ASCII);
            return list.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> "!" + line.strip())
                    .collect(Collectors.joining(";"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets this filter watch a stream. Setting a filter takes the JVM's own out, which keeps its say here. */
    void install(ObjectInputStream in) {
        ofTheJvm = in.getObjectInputFilter();
        in.setObjectInputFilter(this);
    }

    @Override
    public Status checkInput(FilterInfo info) {
        Status ours = first.checkInput(info);
        Status theirs = ofTheJvm == null ? Status.UNDECIDED : ofTheJvm.checkInput(info);
        if (ours != Status.REJECTED && theirs != Status.REJECTED) {
            return Status.ALLOWED;
        }
        refused = info.serialClass();
        if (ours != Status.REJECTED) {
            because = "the filter of the JVM (jdk.serialFilter) refuses it";
        } else if (because.isEmpty()) {
            because = "the filter that the program has set refuses it";
        }
        return Status.REJECTED;
    }

    private Status byDefault(FilterInfo info) {
        slots += Math.max(0, info.arrayLength());
        boolean endless = depths.branching(info) > DEEP && System.nanoTime() - began > patience;
        if (info.depth() > MAX_DEPTH || slots > maxSlots || endless) {
            because = "the stream asks for far more memory, stack or time than its length lets expect";
            return Status.REJECTED;
        }
        Status said = REFUSED.checkInput(info);
        if (said == Status.REJECTED) {
            because = "it is on the list of classes known from attacks";
        }
        return said;
    }

    /** What to add to the message of an exception: empty if nothing was refused. */
    String advice() {
        if (because.isEmpty()) {
            return "";
        }
        String what = refused == null ? "An object" : "Class " + refused.getName();
        return ". " + what + " was refused: " + because
                + ". If you trust all who can send to your groups, allow it by SpreadMessage.setObjectInputFilter, or by -D"
                + PROPERTY + "="
                + (refused == null ? "PATTERN" : refused.getName());
    }

    /**
     * How collections lie in collections. Those of the JDK announce their tables as arrays, each one of them; a class is announced only
     * the first time.
     */
    private static final class CollectionDepths {
        private long[] depth = new long[8];
        private int[] children = new int[8];

        /** The most levels with two collections or more on a way down from here, this one left out. */
        private int[] branchingBelow = new int[8];

        private int size;

        /** Of the collection that lies around what is announced. */
        int branching(FilterInfo info) {
            while (size > 0 && depth[size - 1] >= info.depth()) {
                size--;
                if (size > 0) {
                    int branching = branchingBelow[size] + (children[size] > 1 ? 1 : 0);
                    branchingBelow[size - 1] = Math.max(branchingBelow[size - 1], branching);
                }
            }
            Class<?> type = info.serialClass();
            if (type == null
                    || info.arrayLength() < 0
                    || type.getComponentType().isPrimitive()) {
                return 0;
            }
            int around = 0;
            if (size > 0 && ++children[size - 1] > 1) {
                around = branchingBelow[size - 1] + 1;
            }
            if (size == depth.length) {
                depth = Arrays.copyOf(depth, 2 * size);
                children = Arrays.copyOf(children, 2 * size);
                branchingBelow = Arrays.copyOf(branchingBelow, 2 * size);
            }
            depth[size] = info.depth();
            children[size] = 0;
            branchingBelow[size] = 0;
            size++;
            return around;
        }
    }
}
