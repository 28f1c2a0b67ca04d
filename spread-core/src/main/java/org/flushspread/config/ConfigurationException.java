package org.flushspread.config;

import java.util.Optional;

/**
 * A configuration that a daemon cannot run with. The message is one sentence for a person: where, what was expected, what was found and,
 * where there is something to say, how to mend it.
 */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Optional<Position> position;
    /** The other ring version has what stands there. */
    private final boolean ofOtherRing;

    /** An error at a place of the file; the message begins with {@code file:line:column: }. */
    public ConfigurationException(Position position, String problem) {
        this(position, problem, false);
    }

    private ConfigurationException(Position position, String problem, boolean ofOtherRing) {
        super(position + ": " + problem);
        this.position = Optional.of(position);
        this.ofOtherRing = ofOtherRing;
    }

    /** An error at a place where the file has what only the other ring version knows. */
    static ConfigurationException ofOtherRing(Position position, String problem) {
        return new ConfigurationException(position, problem, true);
    }

    /** An error that has no place in a file: the file as a whole, or a question put to a configuration. */
    public ConfigurationException(String problem) {
        super(problem);
        this.position = Optional.empty();
        this.ofOtherRing = false;
    }

    ConfigurationException(String problem, Throwable cause) {
        super(problem, cause);
        this.position = Optional.empty();
        this.ofOtherRing = false;
    }

    /** Where in the file, unless the error is about all of it. */
    public Optional<Position> position() {
        return position;
    }

    /** True if the other ring version may read the file. */
    boolean isOfOtherRing() {
        return ofOtherRing;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
