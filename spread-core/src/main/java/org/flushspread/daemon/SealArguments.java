package org.flushspread.daemon;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that seal a ring (security 2). */
final class SealArguments {
    @Option(
            names = "--seal-key",
            paramLabel = "FILE",
            description =
                    "Encrypt and authenticate every datagram of the ring with the keys in this file, the same at all"
                            + " daemons, which only its owner may read. C daemons cannot be in such a ring. Read"
                            + " again at a reload.")
    private @Nullable Path key;

    @Option(
            names = "--seal-state",
            paramLabel = "DIR",
            description = "Where a sealed daemon notes its starts; must outlive a restart of the machine. Default: the"
                    + " directory of the key file.")
    private @Nullable Path state;

    @Option(
            names = "--new-seal-key",
            paramLabel = "FILE",
            description = "Make a key file for --seal-key with a new key, and end.")
    private @Nullable Path newKey;

    /** Where a key file is to be made, if that is all that is wanted. */
    Optional<Path> newKey() {
        return Optional.ofNullable(newKey);
    }

    /** @throws SpreadArguments.WrongOption if one is of no use without another */
    Optional<SealOptions> options() {
        if (key != null) {
            Path beside = Objects.requireNonNull(key.toAbsolutePath().getParent());
            return Optional.of(new SealOptions(key, state == null ? beside : state));
        }
        if (state != null) {
            throw new SpreadArguments.WrongOption("--seal-state is of no use without --seal-key");
        }
        return Optional.empty();
    }
}
