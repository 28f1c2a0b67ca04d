package org.flushspread.daemon.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.flushspread.tls.TlsException;
import org.flushspread.tls.Validity;

/**
 * The files of a TLS port, and the identity that was made of them last. New connections take what is in force; a file that cannot be used
 * changes nothing. Any thread may look and take; looks do not overlap.
 */
public final class TlsFiles {
    private static final Duration SOON = Duration.ofDays(14);
    private static final Duration DAY = Duration.ofDays(1);

    private final TlsPaths paths;
    private final Supplier<Instant> clock;
    private final Consumer<String> told;
    private volatile TlsIdentity identity;
    private List<String> stamps;
    private Instant warned = Instant.MIN;

    /**
     * Reads them for the first time.
     *
     * @param told a sentence for a person each time something changes, or will soon have to
     * @throws TlsException if one cannot be used
     */
    public TlsFiles(TlsPaths paths, Supplier<Instant> clock, Consumer<String> told) {
        this.paths = paths;
        this.clock = clock;
        this.told = told;
        stamps = stamps(paths);
        identity = TlsIdentity.read(paths, clock.get());
        warn();
    }

    /** Reads them again if one has changed since the last look. */
    public synchronized void look() {
        List<String> now = stamps(paths);
        if (!now.equals(stamps)) {
            stamps = now;
            read();
        }
        warn();
    }

    /** Reads them again. */
    public synchronized void reread() {
        stamps = stamps(paths);
        read();
        warn();
    }

    private void read() {
        try {
            identity = TlsIdentity.read(paths, clock.get());
            warned = Instant.MIN;
            told.accept("the TLS files were read again: new connections are shown the certificate of "
                    + identity.certificate().getSubjectX500Principal() + ", valid until " + expires());
        } catch (TlsException e) {
            told.accept("the old TLS certificate stays in use: " + e.getMessage());
        }
    }

    /** Once a day, from two weeks before the end. */
    private void warn() {
        Instant now = clock.get();
        Duration left = Validity.left(identity.certificate(), now);
        if (left.compareTo(SOON) < 0 && now.isAfter(warned.plus(DAY))) {
            warned = now;
            told.accept(paths.certificates()
                    + (left.isNegative()
                            ? ": the certificate has expired, at " + expires() + ": no client trusts it any more."
                            : ": the certificate expires at " + expires() + ".")
                    + " Put a new one in its place; it is read without a restart.");
        }
    }

    /** Times and sizes; a file that is not there has neither, and is looked at again when it is. */
    private static List<String> stamps(TlsPaths paths) {
        List<String> stamps = new ArrayList<>();
        for (Path each : paths.all()) {
            try {
                stamps.add(Files.getLastModifiedTime(each) + " " + Files.size(each));
            } catch (IOException e) {
                stamps.add("");
            }
        }
        return stamps;
    }

    Instant now() {
        return clock.get();
    }

    TlsIdentity identity() {
        return identity;
    }

    /** What the daemon's certificate says of itself, for a person. */
    public String subject() {
        return identity.certificate().getSubjectX500Principal().toString();
    }

    /** The end of the daemon's certificate. */
    public Instant expires() {
        return identity.certificate().getNotAfter().toInstant();
    }
}
